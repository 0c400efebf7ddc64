"""A server of JSON-RPC 2.0 over HTTP by the standard library alone, which knows nothing of ramwire.

usage: http_server.py PORT MANNERS: until it is killed. MANNERS is how it speaks:
    old      HTTP/1.0, a connection for each request, no leave (100 Continue)
    new      HTTP/1.1, connections are kept, leave is given
    curt     HTTP/1.1, leave is never given, nor refused
    strict   HTTP/1.1, who asks for leave is refused (417)
Methods: add, greet (by name), asked (how often each was asked), die (at once), anything else is an error.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PORT, MANNERS = int(sys.argv[1]), sys.argv[2]
asked: Counter[str] = Counter()


def run(method: str, params: Any) -> Any:
    asked[method] += 1
    if method == "add":
        first, second = params
        return first + second
    if method == "greet":
        return "hello {name}".format(**params)
    if method == "asked":
        return asked
    if method == "die":
        os._exit(1)
    raise LookupError(f"no method {method}")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0" if MANNERS == "old" else "HTTP/1.1"

    def handle_expect_100(self) -> bool:
        if MANNERS == "strict":
            self.send_error(417)
            return False
        return True if MANNERS == "curt" else super().handle_expect_100()

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = {"jsonrpc": "2.0", "id": request.get("id")}
        try:
            answer["result"] = run(request["method"], request.get("params", []))
        except LookupError as error:
            answer["error"] = {"code": -32601, "message": error.args[0]}
        self.reply(json.dumps(answer).encode() if "id" in request else b"")

    def reply(self, body: bytes) -> None:
        self.send_response(200 if body else 204)
        if body:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
sys.stdout.write("serving\n")
sys.stdout.flush()
server.serve_forever()
