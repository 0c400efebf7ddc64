"""The server's part of a session where the machine is at its end."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

import ramwire


def test_late_answer_is_sent_where_no_thread_is_left(drive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = threading.Thread.start
    later: Future[str] = Future()

    def start(self: threading.Thread) -> None:
        if self.name == "ramwire-answer":
            raise RuntimeError("can't start new thread")
        original(self)

    monkeypatch.setattr(threading.Thread, "start", start)
    url = f"unix:{drive}/service"
    with ramwire.Server(url, verbs={"wait": lambda: later}), ramwire.Client(url, timeout=10.0) as client:
        answer = client.submit("wait")
        later.set_result("x" * 10_000)
        assert answer.result() == "x" * 10_000
