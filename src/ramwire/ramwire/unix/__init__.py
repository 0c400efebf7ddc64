"""The `unix:` wire: connections over a socket in the file system. `docs/protocol/unix.md` is the
specification.

The rooms: `place` (the socket's name and what lies beside it), `request_pipe` (by which requests travel, and
can be taken back), `client` and `server`.
"""
