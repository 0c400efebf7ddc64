"""A client that knows the shared file and its lock, and nothing else, asks our server."""

from __future__ import annotations

import json
import os
import time

import pytest
from ramwire.jsonfile import strangers

import ramwire
from tests.ramwire.command.processes import until
from tests.ramwire.literal.jsonfile.conftest import Shared


def answers(out: str) -> list[object]:
    """What the literal client has printed after `sent`."""
    return [json.loads(line) for line in out.splitlines()[1:]]


def test_results_and_errors_are_added_to_the_entries(shared: Shared) -> None:
    with shared.served():
        done = shared.ask("add", "[2, 5]", "multiply", "[8, 5]", "upper", '["abc"]', "add", '["bad", "data"]')
    assert answers(done.out) == [
        {"result": 7},
        {"result": 40},
        {"result": "ABC"},
        {"error": "only numbers, please, not 'bad'"},
    ]


def test_unknown_command_and_wrong_arguments_are_errors(shared: Shared) -> None:
    with shared.served():
        done = shared.ask("ad", "[2, 5]", "add", "[1]", "add", '"no list"', "rm -rf", "[]")
    texts = [str(answer) for answer in answers(done.out)]
    for text, part in zip(texts, ["did you mean add?", "it is add(a, b)", "neither a list", "is no verb"]):
        assert part in text


def test_client_may_come_first(shared: Shared) -> None:
    shared.write({})
    with shared.peer("jsonfile_client.py", "add", "[1, 1]", "add", "[2, 2]") as client, shared.served():
        assert client.stdout is not None
        assert [client.stdout.readline(), client.stdout.readline()] == [
            b'{"result": 2}\n',
            b'{"result": 4}\n',
        ]


def test_hello_is_answered_with_nothing(shared: Shared) -> None:
    with shared.served():
        assert answers(shared.ask("Hello", "[]").out) == [{"result": None}]


def test_commands_of_one_file_run_in_their_order(shared: Shared) -> None:
    ran: list[int] = []
    shared.write({})
    with (
        shared.peer("jsonfile_client.py", *[word for n in range(9) for word in ("note", f"[{n}]")]) as client,
        ramwire.Server(shared.url, verbs={"note": ran.append}),
    ):
        assert client.stdout is not None
        assert all(client.stdout.readline() for _ in range(9))
    assert ran == list(range(9))


def test_file_that_is_replaced_by_a_rename_is_noticed(shared: Shared) -> None:
    with shared.served():
        new = shared.path.with_suffix(".mine")
        with shared.lock:
            new.write_text('{"commands": {"a": {"command": "add", "args": [2, 5]}}}')
            new.rename(shared.path)
        until(lambda: shared.answer("a"), "an answer")
        assert shared.answer("a")["result"] == 7


def test_what_else_stands_in_the_file_is_kept(shared: Shared) -> None:
    with shared.lock:
        shared.path.write_text(
            '{"mine": [1], "commands": {"a": {"command": "add", "args": [2, 5], "colour": "red"}}}'
        )
    with shared.served():
        until(lambda: shared.answer("a"), "an answer")
    content = json.loads(shared.path.read_text())
    assert content["mine"] == [1]
    assert content["commands"]["a"] == {"command": "add", "args": [2, 5], "colour": "red", "result": 7}


def test_answered_entry_stays_for_its_time_and_goes_then(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "KEPT_S", 0.3)
    shared.write({"a": {"command": "echo", "args": [1]}})
    with ramwire.Server(shared.url, verbs={"echo": lambda value: value}):
        until(lambda: shared.answer("a"), "an answer")
        until(lambda: not shared.commands(), "the entry's end")
    assert strangers.KEPT_S != 60


def test_entries_stay_for_a_minute() -> None:
    assert strangers.KEPT_S == 60


@pytest.mark.parametrize("age_s", [11, -11])
def test_command_that_lay_too_long_is_an_error_and_does_not_run(shared: Shared, age_s: float) -> None:
    """Either way: the clock may have been set back."""
    ran: list[int] = []
    shared.write({"a": {"command": "start", "args": [1]}})
    os.utime(shared.path, (time.time() - age_s, time.time() - age_s))
    with ramwire.Server(shared.url, verbs={"start": ran.append}):
        until(lambda: shared.answer("a"), "an answer")
    assert "not run" in shared.answer("a")["error"]
    assert ran == []


def test_age_may_be_said_in_the_entry(shared: Shared) -> None:
    """The file is younger than its oldest command."""
    now = time.time()
    shared.write(
        {
            "old": {"command": "echo", "args": [1], "since": now - 60},
            "new": {"command": "echo", "args": [2], "since": now - 1},
        }
    )
    with shared.served():
        until(lambda: shared.answer("new"), "an answer")
    assert "not run" in shared.answer("old")["error"]
    assert shared.answer("new")["result"] == 2


def test_our_client_notes_since_when_others_wait(shared: Shared) -> None:
    shared.write({"a": {"command": "start", "args": []}})
    with ramwire.Client(shared.url) as client, pytest.raises(ramwire.Timeout):
        client.call("echo", timeout=0.05)
    assert abs(shared.commands()["a"]["since"] - time.time()) < 60


def test_command_that_a_dead_server_had_taken_is_not_run_again(shared: Shared) -> None:
    ran: list[int] = []
    shared.write({"a": {"command": "sleep", "args": [600]}})
    with shared.served() as server:
        until(lambda: "taken" in shared.commands()["a"], "the command to be taken")
        server.kill()
        server.wait()
    with ramwire.Server(shared.url, verbs={"sleep": ran.append}):
        until(lambda: shared.answer("a"), "an answer")
    assert "died" in shared.answer("a")["error"]
    assert ran == []


def test_command_that_runs_when_the_server_stops_is_told(shared: Shared) -> None:
    shared.write({"a": {"command": "sleep", "args": [600]}})
    with shared.served():
        until(lambda: "taken" in shared.commands()["a"], "the command to be taken")
    assert "stopped" in shared.answer("a")["error"]


def test_removed_command_leaves_no_answer(shared: Shared) -> None:
    shared.write({"a": {"command": "sleep", "args": [0.3]}})
    with shared.served():
        until(lambda: "taken" in shared.commands()["a"], "the command to be taken")
        shared.write({})
        shared.write({"b": {"command": "sleep", "args": [0.5]}})
        until(lambda: shared.answer("b"), "an answer")
        assert "a" not in shared.commands()


def test_slow_command_holds_up_no_other(shared: Shared) -> None:
    with shared.served():
        shared.write({"slow": {"command": "sleep", "args": [600]}})
        until(lambda: "taken" in shared.commands()["slow"], "the slow command to be taken")
        assert answers(shared.ask("add", "[2, 5]").out) == [{"result": 7}]


def test_both_kinds_of_clients_share_a_server(shared: Shared) -> None:
    with shared.served(), ramwire.Client(shared.url, timeout=10.0) as ours:
        for number in range(10):
            assert ours.call("echo", number) == number
            assert answers(shared.ask("add", f"[{number}, 1]").out) == [{"result": number + 1}]
        assert len(shared.commands()) == 10  # the others': ours have removed theirs


def test_reader_without_the_lock_never_sees_half(shared: Shared) -> None:
    with shared.served(), ramwire.Client(shared.url, timeout=10.0) as client:
        client.ping()
        with shared.peer("jsonfile_reader.py") as reader:
            for number in range(100):
                client.call("echo", "x" * number * 100)
            out, _ = reader.communicate()
    counts = json.loads(out)
    assert counts["read"] > 0
    assert counts["torn"] == 0
