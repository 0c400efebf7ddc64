"""The `unix:` wire: connections over a socket in the file system. `docs/protocol/unix.md` is the
specification.

The rooms: `place` (the socket's name and what lies beside it), `claim` (which end owns a request), `client`
and `server`.
"""
