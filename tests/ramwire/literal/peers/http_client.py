"""A client that has only the standard library: one call in one style.

usage: http_client.py jsonrpc|notify|xmlrpc|verb URL VERB [ARGS]: ARGS one JSON value, an array by position,
an object by name. Prints the answer as JSON; an error is printed as its text, with exit code 1. TOKEN in the
environment is sent.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
import xmlrpc.client
from typing import Any


def post(url: str, body: bytes) -> bytes:
    headers = {"Content-Type": "application/json"}
    if "TOKEN" in os.environ:
        headers["Authorization"] = "Bearer " + os.environ["TOKEN"]
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=20) as response:  # noqa: S310
        answer: bytes = response.read()
    return answer


def jsonrpc(url: str, verb: str, args: Any) -> Any:
    request = {"jsonrpc": "2.0", "method": verb, "params": args, "id": "the one"}
    answer = json.loads(post(url + "jsonrpc", json.dumps(request).encode()))
    assert answer["jsonrpc"] == "2.0"
    assert answer["id"] == "the one"
    if "error" in answer:
        sys.exit("{code} {message}".format(**answer["error"]))
    return answer["result"]


def notify(url: str, verb: str, args: Any) -> Any:
    return post(
        url + "jsonrpc", json.dumps({"jsonrpc": "2.0", "method": verb, "params": args}).encode()
    ).decode()


def by_xml(url: str, verb: str, args: Any) -> Any:
    try:
        with xmlrpc.client.ServerProxy(url + "RPC2", allow_none=True) as server:
            return getattr(server, verb)(*args)
    except xmlrpc.client.Fault as fault:
        sys.exit(f"{fault.faultCode} {fault.faultString}")


def by_verb(url: str, verb: str, args: Any) -> Any:
    try:
        return json.loads(post(f"{url}verbs/{verb}", json.dumps(args).encode()))
    except urllib.error.HTTPError as error:
        answer = json.load(error)
        sys.exit("{0} {error}".format(error.code, **answer))


style, url, verb, *rest = sys.argv[1:]
ask = {"jsonrpc": jsonrpc, "notify": notify, "xmlrpc": by_xml, "verb": by_verb}[style]
sys.stdout.write(json.dumps(ask(url, verb, json.loads(rest[0]) if rest else [])))
