"""The `unix:` wire: connections over a socket in the file system. `docs/protocol/unix.md` is the
specification.

The rooms, from the bottom: `place` (the names of a service), `request_pipe` (by which requests travel, and
can be taken back), `session` (both ends of one); the client's `waiting` and `connector`, the server's `post`
(its hold on a place) and `listener`; `client`, `server` and `examine`.
"""
