"""The `tcp:` wire: connections over the network. `docs/protocol/tcp.md` is the specification.

The rooms, from the bottom: `address` (host and port), `connected` (what a socket is set to), the client's
`connector`, the server's `listener`; `client`, `server` and `examine`.
"""
