from __future__ import annotations

import re
import signal

import pytest

from .processes import COMMAND, DEADLINE_S, run, started


@pytest.mark.usefixtures("echo")
def test_round_trips_and_their_summary_are_told(url: str) -> None:
    done = run("ping", url, "-c", "3", "-i", "0")
    assert done.code == 0
    *trips, summary = done.out.splitlines()
    assert [re.sub(r"[\d.]+ ms", "T", trip) for trip in trips] == ["1: T", "2: T", "3: T"]
    assert summary.startswith("3 of 3 answered; least ")


@pytest.mark.usefixtures("echo")
def test_median_of_two_lies_in_their_middle(url: str) -> None:
    done = run("ping", url, "-c", "2", "-i", "0")
    least, median, most = (float(figure) for figure in re.findall(r"([\d.]+) ms", done.out.splitlines()[-1]))
    assert median == pytest.approx((least + most) / 2, abs=0.002)


def test_nobody_there_exits_with_3(url: str) -> None:
    done = run("ping", url, "-c", "2", "-i", "0", "--timeout", "0.1")
    assert (done.code, done.out) == (3, "0 of 2 answered\n")
    assert done.err.count("no server is there") == 2


@pytest.mark.usefixtures("echo")
def test_interrupted_ping_still_sums_up(url: str) -> None:
    with started((*COMMAND, "ping", url, "-c", "0", "-i", "0.001")) as ping:
        assert ping.stdout is not None
        ping.stdout.readline()
        ping.send_signal(signal.SIGINT)
        last = ping.stdout.read().splitlines()[-1]
        assert ping.wait(DEADLINE_S) == -signal.SIGINT
    assert b" answered; least " in last


def test_wrong_count_exits_with_2(url: str) -> None:
    done = run("ping", url, "-c", "many")
    assert (done.code, done.out) == (2, "")
    assert "whole number" in done.err
