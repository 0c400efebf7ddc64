"""The loop: in order, on time, and not stopped by a task that fails."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest
from octoprint_octoland.loop import Loop


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    loop.start()
    yield loop
    loop.stop()


def test_tasks_run_in_the_order_they_came(loop: Loop) -> None:
    done: list[int] = []
    end = threading.Event()

    for number in range(100):
        loop.post(lambda number=number: done.append(number))  # type: ignore[misc] # a default that binds
    loop.post(end.set)

    assert end.wait(5)
    assert done == list(range(100))


def test_timers_ring_in_the_order_they_are_due(loop: Loop) -> None:
    rung: list[str] = []
    end = threading.Event()

    def set_them() -> None:
        loop.later(0.03, end.set)
        loop.later(0.02, lambda: rung.append("second"))
        loop.later(0.01, lambda: rung.append("first"))
        loop.later(0.015, lambda: rung.append("cancelled")).cancel()

    loop.post(set_them)

    assert end.wait(5)
    assert rung == ["first", "second"]


def test_a_task_that_fails_is_logged_and_the_next_one_runs(
    loop: Loop, caplog: pytest.LogCaptureFixture
) -> None:
    end = threading.Event()

    with caplog.at_level(logging.ERROR):
        loop.post(lambda: 1 // 0)  # type: ignore[arg-type] # it returns nothing, ever
        loop.post(end.set)
        assert end.wait(5)

    assert "ZeroDivisionError" in caplog.text
