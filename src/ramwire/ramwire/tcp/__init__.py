"""The `tcp:` wire: connections over the network. `docs/protocol/tcp.md` is the specification.

The rooms: `address` (host and port), `ports` (who holds one), `client` with its `connector`, `server` with
its `listener`.
"""
