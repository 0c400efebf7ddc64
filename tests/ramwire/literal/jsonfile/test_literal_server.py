"""Our client asks a server that knows the shared file and its lock, and nothing else."""

from __future__ import annotations

import os
import signal

import pytest

import ramwire
from tests.ramwire.command.processes import until
from tests.ramwire.literal.jsonfile.conftest import Shared


def test_result_and_error_arrive(shared: Shared) -> None:
    with shared.peer("jsonfile_server.py"), ramwire.Client(shared.url, timeout=10.0) as client:
        assert client.call("add", 2, 5) == 7
        with pytest.raises(ramwire.RemoteError) as told:
            client.call("divide", 1, 0)
    assert (told.value.kind, told.value.text) == ("", "'Bob only adds numbers'"[1:-1])


def test_requests_run_in_the_order_sent(shared: Shared) -> None:
    with shared.peer("jsonfile_server.py"), ramwire.Client(shared.url, timeout=10.0) as client:
        for number in range(5):
            client.submit("add", number, 1)
        assert client.call("order") == ["add"] * 5 + ["order"]


def test_our_client_removes_its_own_entries(shared: Shared) -> None:
    with shared.peer("jsonfile_server.py"), ramwire.Client(shared.url, timeout=10.0) as client:
        client.call("add", 2, 5)
        client.notify("add", 2, 5)
        assert shared.commands() == {}
    until(lambda: not os.listdir(f"{shared.path}.ramwire"), "the end of what the client had made")


def test_client_may_come_first(shared: Shared) -> None:
    with ramwire.Client(shared.url, timeout=10.0) as client:
        answer = client.submit("add", 2, 5)
        until(lambda: shared.path.exists() and shared.commands(), "the request")
        with shared.peer("jsonfile_server.py"):
            assert answer.result() == 7


def test_request_that_a_server_throws_away_at_its_start_is_told_at_once(shared: Shared) -> None:
    """It may have been run by a server before that one."""
    with ramwire.Client(shared.url, timeout=600.0) as client:
        answer = client.submit("add", 2, 5)
        until(lambda: shared.path.exists() and shared.commands(), "the request")
        with shared.peer("jsonfile_server.py", "blank"):
            assert isinstance(answer.exception(timeout=10), ramwire.ReplyLost)


def test_request_is_withdrawn_at_its_timeout(shared: Shared) -> None:
    with ramwire.Client(shared.url) as client:
        with pytest.raises(ramwire.Timeout) as told:
            client.call("add", 2, 5, timeout=0.05)
        assert shared.commands() == {}
    assert (told.value.may_have_run, told.value.nobody) == (False, True)


def test_stopped_program_that_holds_the_lock_holds_up_no_call_past_its_timeout(shared: Shared) -> None:
    with shared.served(), ramwire.Client(shared.url, timeout=10.0) as client:
        assert client.call("add", 2, 5) == 7
        with shared.peer("jsonfile_holder.py") as holder:
            holder.send_signal(signal.SIGSTOP)
            with pytest.raises(ramwire.Timeout) as told:
                client.call("add", 1, 1, timeout=0.2)
            holder.kill()
            holder.wait()
        assert not told.value.may_have_run
        assert not told.value.nobody
        assert client.call("add", 2, 2) == 4


def test_call_waits_while_another_program_holds_the_lock(shared: Shared) -> None:
    with shared.served(), ramwire.Client(shared.url, timeout=10.0) as client:
        client.ping()
        with shared.peer("jsonfile_holder.py") as holder:
            answer = client.submit("add", 2, 5)
            until(answer.running, "the call to begin")
            assert not answer.done()
            holder.communicate()
            assert answer.result() == 7
