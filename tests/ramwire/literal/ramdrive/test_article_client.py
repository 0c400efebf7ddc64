"""The article's Python client, by its words: Hello, then files that are answered by pickles."""

from __future__ import annotations

import json
import sys

from tests.ramwire.command.processes import run_program

from .conftest import PEERS, Service


def ask(service: Service, *lines: str) -> list[object]:
    peer = str(PEERS / "article_client.py")
    done = run_program((sys.executable, "-W", "ignore", peer, str(service.path), *lines))
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def test_handshake_then_answers_in_order(echo: Service) -> None:
    answers = ask(echo, "add [2, 5]", "multiply [8, 8]", 'upper "terrible_looking"')
    assert answers == ["connected", 7, 64, "TERRIBLE_LOOKING"]
    assert echo.is_empty()


def test_dict_comes_back_as_it_was(echo: Service) -> None:
    status = {"state": "Printing", "bed": 59.8, "tools": [204.9, None], "ok": True}
    assert ask(echo, "echo " + json.dumps([status])) == ["connected", status]
