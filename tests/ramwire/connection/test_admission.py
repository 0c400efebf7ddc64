"""Accepting where the machine is at its end."""

from __future__ import annotations

import errno
import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet

import pytest
from ramwire.connection import admission
from ramwire.connection.admission import Admission


class WithoutMemory(socket.socket):
    def accept(self) -> tuple[socket.socket, object]:
        raise OSError(errno.ENOBUFS, "no buffer space")


def test_system_without_memory_is_not_asked_again_without_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_TRY_AGAIN_S", 600.0)
    one = Admission()
    with WithoutMemory() as listening, ThreadPoolExecutor(1) as pool:
        accepted = pool.submit(one.accept, listening)
        try:
            with pytest.raises(NotYet):
                accepted.result(timeout=0.2)
        finally:
            one.interrupt()
        assert accepted.result(timeout=10) is None
    one.close()
