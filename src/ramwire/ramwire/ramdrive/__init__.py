"""The `ramdrive:` wire: a request is a file in `server/`, its answer a file in `client/`.

`docs/protocol/ramdrive.md` is the specification. The rooms, from the bottom: `names` and `records` (what is
written), `files` (reading and writing safely), `place` (the folders), `watch` (waking up by the kernel); then
the client's `lane`, `exchange` and `client`; the server's `peer`, `lanes`, `foreign`, `crew`, `lookout`,
`post` and `server`.
"""
