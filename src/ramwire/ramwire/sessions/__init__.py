"""Wires made of sessions: one conversation for each request under way, and a thread at the server for each.

`contract` is what such a wire brings, a transport and nothing else; `client` and `server` are the two ends
over any transport.
"""
