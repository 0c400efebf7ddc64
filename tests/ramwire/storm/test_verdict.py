"""The judge of a storm sees each fault that it is there for, and none where there is none."""

from __future__ import annotations

import pytest
from ramwire.testing.storm.journal import Begun, Ended, Journal, Manner, Ran, read
from ramwire.testing.storm.verdict import Kill, Verdict, judge

SECOND = 10**9

SERVER = Kill("server", 1, 500, 10 * SECOND, 10 * SECOND + 1000)
CLIENT = Kill("client", 2, 600, 10 * SECOND, 10 * SECOND + 1000)


def begun(request: str = "2.0.1", at_s: float = 9.0, manner: Manner = "call", timeout_s: float = 20) -> Begun:
    return Begun(request, int(at_s * SECOND), manner, timeout_s)


def ended(outcome: str, at_s: float = 9.5, pid: int = 0, request: str = "2.0.1") -> Ended:
    return Ended(request, int(at_s * SECOND), outcome, pid)


def ran(at_s: float = 9.2, pid: int = 500, request: str = "2.0.1") -> Ran:
    return Ran(request, int(at_s * SECOND), pid)


def told(verdict: Verdict) -> str:
    return "; ".join(verdict.faults)


@pytest.mark.parametrize(
    ("calls", "runs", "kills"),
    [
        ([begun(), ended("value", pid=500)], [ran()], []),
        ([begun(), ended("ServerGone", 10.001)], [ran()], [SERVER]),
        ([begun(), ended("ServerGone", 10.001)], [], [SERVER]),
        ([begun(), ended("value", 10.1, pid=501)], [ran(10.05, 501)], [SERVER]),
        ([begun()], [ran()], [CLIENT]),
        ([begun()], [], [CLIENT]),
        ([begun(timeout_s=0.01, manner="hasty"), ended("withdrawn", 9.02)], [], []),
        ([begun(timeout_s=0.01, manner="hasty"), ended("Timeout", 9.02)], [ran(9.005)], []),
        ([begun(manner="note"), ended("taken", 9.1)], [ran()], []),
        ([begun(manner="note"), ended("taken", 9.9)], [], [SERVER]),
    ],
)
def test_what_may_happen_is_no_fault(calls: list[Begun | Ended], runs: list[Ran], kills: list[Kill]) -> None:
    assert told(judge(calls, runs, kills)) == ""


@pytest.mark.parametrize(
    ("calls", "runs", "kills", "fault"),
    [
        ([begun(), ended("value", pid=500)], [ran(), ran(9.3, 501)], [], "ran 2 times"),
        ([begun(), ended("value", pid=500)], [], [], "got a value of 500"),
        ([begun(), ended("value", pid=501)], [ran()], [], "got a value of 501"),
        ([begun(), ended("wrong")], [ran()], [], "ended as wrong"),
        ([begun(), ended("RemoteError")], [ran()], [], "ended as RemoteError"),
        ([begun(), ended("withdrawn", 29.0)], [ran()], [], "that it had not run, and ran"),
        ([begun(), ended("withdrawn", 29.0)], [], [], "had no answer in 20 s"),
        ([begun(), ended("Timeout", 29.0)], [ran()], [SERVER], "had no answer in 20 s"),
        ([begun(timeout_s=0.01, manner="hasty"), ended("Timeout", 10.5)], [ran()], [], "after its timeout"),
        ([begun(timeout_s=0.01, manner="hasty"), ended("Timeout", 9.1)], [ran(11.0)], [], "it had ended"),
        ([begun(), ended("ServerGone")], [ran()], [], "no server had died"),
        ([begun(), ended("ReplyLost")], [ran()], [SERVER], "no server had died"),
        ([begun()], [ran()], [], "never ended"),
        ([begun()], [ran(11.5)], [CLIENT], "its caller had died"),
        ([begun()], [ran(), ran(9.3)], [CLIENT], "ran 2 times"),
        ([begun(manner="note"), ended("taken")], [], [], "was taken, and never ran"),
        ([], [ran()], [], "nobody asked for it"),
    ],
)
def test_what_may_not_happen_is_told(
    calls: list[Begun | Ended], runs: list[Ran], kills: list[Kill], fault: str
) -> None:
    assert fault in told(judge(calls, runs, kills))


def test_requests_of_one_thread_that_change_places_are_told() -> None:
    calls: list[Begun | Ended] = [begun(), begun("2.0.2")]
    calls += [ended("value", pid=500), ended("value", pid=500, request="2.0.2")]
    verdict = judge(calls, [ran(9.3), ran(9.2, request="2.0.2")], [])
    assert "2.0.2 ran before 2.0.1" in told(verdict)


def test_what_is_left_and_what_was_said_are_faults() -> None:
    verdict = judge([], [], [], left_behind=["the file x"], said="Traceback: oh")
    assert "the file x" in told(verdict)
    assert "oh" in told(verdict)


def test_loss_is_timed_from_the_kill_of_the_server_that_had_the_request() -> None:
    verdict = judge([begun(), ended("ServerGone", 10.25)], [ran()], [SERVER])
    assert verdict.told_ms == [250.0]


def test_return_is_timed_from_the_death_to_the_next_run() -> None:
    verdict = judge([begun(), ended("value", 10.6, pid=501)], [ran(10.5, 501)], [SERVER])
    assert list(verdict.again_ms) == pytest.approx([500.0], abs=0.01)


def test_journal_is_read_as_it_was_written(tmp_path: object) -> None:
    path = f"{tmp_path}/journal"
    journal = Journal(path)
    journal.begun("1.2.3", "hasty", 0.25)
    journal.ran("1.2.3")
    journal.ended("1.2.3", "value", 77)
    first, second, third = read(path)
    assert isinstance(first, Begun)
    assert first[2:] == ("hasty", 0.25)
    assert isinstance(second, Ran)
    assert isinstance(third, Ended)
    assert third[2:] == ("value", 77)
    assert first.at_ns <= second.at_ns <= third.at_ns
