"""The `http:` wire: JSON-RPC 2.0, XML-RPC, and a POST for each verb, over HTTP/1.1.

`docs/protocol/http.md` is the specification. The rooms, from the bottom: `address` and `token` (where, and by
which right), `signs` (what our ends say beside HTTP), `values` (JSON), `styles` with `jsonrpc`, `xmlrpc`
and `posted` (the ways of asking); then the client's `calls`, `stream`, `session`, `connector`, `client`; the
server's `gate`, `peer`, `exchange`, `reception`, `workers`, `door` and `server`.
"""
