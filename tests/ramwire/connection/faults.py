"""What both wires live through: ends that die, stop, fork and run out of descriptors."""

from __future__ import annotations

import itertools
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from ramwire.sessions import server as sessions
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire
from tests.ramwire.connection.ends import (
    Meeting,
    descriptors,
    fork_at_the_door_and_die,
    lowest_free_descriptor,
    program,
)
from tests.ramwire.forking import succeed_a_server_whose_child_lives_on

LARGE = "x" * (3 << 20)

CALLS_THE_STOPPED = """
import sys, ramwire
client = ramwire.Client(sys.argv[1])
client.call("echo", 1)
print("ready", flush=True)
sys.stdin.readline()
print("now", flush=True)
client.call("note", "dead", timeout=60.0)
"""

ASKS_AND_READS_NOT = """
import os, sys, threading, ramwire
client = ramwire.Client(sys.argv[1], timeout=600.0)
client.call("echo", 1)
print("ready", flush=True)
client.call("large")
"""


class ConnectionFaults:
    """To be subclassed with the fixtures `meeting` and its `url`."""

    def test_death_of_the_server_is_told_at_once(self, url: str) -> None:
        with ServiceProcess(url) as service, ramwire.Client(url, timeout=600.0) as client:
            answer = client.submit("sleep", 600)
            with ramwire.Client(url) as other:
                other.call("echo", 1)
            until(answer.running)
            time_left = threading.Timer(0.2, service.kill)
            time_left.start()
            with pytest.raises(ramwire.ServerGone):
                answer.result(timeout=5)

    def test_request_of_a_client_that_died_never_runs(self, url: str) -> None:
        """It lay before a stopped server when its sender was killed."""
        with ServiceProcess(url) as service, program(CALLS_THE_STOPPED, url) as caller:
            assert caller.stdin is not None
            assert caller.stdout is not None
            service.pause()
            caller.stdin.write("go\n")
            caller.stdin.flush()
            assert caller.stdout.readline() == "now\n"
            until(lambda: self._sleeps_in_the_kernel(caller.pid))
            caller.kill()
            caller.wait()
            service.send(signal.SIGCONT)
            with ramwire.Client(url) as client:
                assert client.call("notes") == []

    @staticmethod
    def _sleeps_in_the_kernel(pid: int) -> bool:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "S"

    def test_large_request_to_a_stopped_server_ends_by_its_timeout(self, url: str) -> None:
        with ServiceProcess(url) as service, ramwire.Client(url) as client:
            client.call("echo", 1)
            service.pause()
            begin = time.monotonic()
            with pytest.raises(ramwire.Timeout):
                client.call("echo", LARGE, timeout=0.3)
            assert time.monotonic() - begin < 5
            service.send(signal.SIGCONT)
            assert client.call("echo", 2, timeout=10.0) == 2

    def test_many_timeouts_leave_no_descriptor_open(self, url: str) -> None:
        with ServiceProcess(url) as service, ramwire.Client(url, timeout=10.0) as client:
            client.call("echo", 1)
            before, before_at_server = descriptors(), descriptors(service.pid)
            for number in range(30):
                with pytest.raises(ramwire.Timeout):
                    client.call("park", str(number), timeout=0.01)
            assert client.call("echo", 2) == 2
            assert descriptors() <= before
            until(lambda: descriptors(service.pid) <= before_at_server)

    def test_what_a_call_says_of_its_verb_is_true(self, url: str) -> None:
        """However it ends, and however long the request: a value ran once, and what has not run
        never does.
        """
        ran: Counter[int] = Counter()
        told: dict[int, str] = {}
        numbers = itertools.count()
        counting = threading.Lock()

        def count(number: int, padding: str) -> int:
            del padding
            with counting:
                ran[number] += 1
            return number

        def work(seed: int) -> None:
            luck = random.Random(seed)  # noqa: S311 - luck, not a secret
            for number in itertools.islice(numbers, 250):
                padding = "x" * luck.choice([0, 10, 4060, 4070, 4080, 4090, 5000, 200_000])
                timeout = luck.choice([0.0, 0.0001, 0.0003, 0.001, 10.0])
                try:
                    assert client.call("count", number, padding, timeout=timeout) == number
                    told[number] = "value"
                except ramwire.Timeout as error:
                    told[number] = "may have run" if error.may_have_run else "has not run"

        with ramwire.Server(url, verbs={"count": count}), ramwire.Client(url) as client:
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(work, range(4)))
            client.call("count", -1, "")
        assert len(told) == 1000
        assert {ran[number] for number, what in told.items() if what == "value"} == {1}
        assert {ran[number] for number, what in told.items() if what == "has not run"} == {0}
        assert max(ran.values()) == 1

    def test_client_that_is_stopped_while_it_is_answered_harms_nobody(self, url: str) -> None:
        server = ramwire.Server(url, verbs={"large": lambda: LARGE, "echo": lambda value: value})
        with ExitStack() as stack:
            stack.enter_context(server)
            other = stack.enter_context(ramwire.Client(url, timeout=10.0))
            caller = stack.enter_context(program(ASKS_AND_READS_NOT, url))
            caller.send_signal(signal.SIGSTOP)
            assert [other.call("echo", number) for number in range(50)] == list(range(50))
            begin = time.monotonic()
            server.stop()
            assert time.monotonic() - begin < 5

    def test_closing_ends_a_call_that_waits_for_a_server(self, url: str) -> None:
        client = ramwire.Client(url)
        answer = client.submit("echo", 1, timeout=600.0)
        until(answer.running)
        client.close()
        with pytest.raises(ramwire.Refused):
            answer.result(timeout=2)

    def test_closing_ends_a_handshake_that_is_not_answered(self, meeting: Meeting) -> None:
        client = ramwire.Client(meeting.url)
        with meeting.listener() as listening:
            answer = client.submit("echo", 1, timeout=600.0)
            with listening.accept()[0]:
                client.close()
                with pytest.raises(ramwire.Refused):
                    answer.result(timeout=2)

    def test_closing_ends_a_request_that_a_stopped_server_does_not_read(self, url: str) -> None:
        with ServiceProcess(url) as service:
            client = ramwire.Client(url)
            client.call("echo", 1)
            service.pause()
            answer = client.submit("echo", LARGE, timeout=600.0)
            until(answer.running)
            client.close()
            with pytest.raises(ramwire.Refused):
                answer.result(timeout=2)

    def test_server_without_descriptors_turns_away_and_goes_on(self, meeting: Meeting) -> None:
        url = meeting.url
        with ServiceProcess(url) as service, ramwire.Client(url, timeout=10.0) as client, ExitStack() as many:
            client.call("echo", 1)
            limits = resource.prlimit(service.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(service.pid, resource.RLIMIT_NOFILE, (descriptors(service.pid) + 3, limits[1]))
            crowd = [many.enter_context(meeting.raw()) for _ in range(20)]
            assert client.call("echo", 2) == 2
            # Those for whom there was no descriptor are told so; they do not wait for a timeout.
            until(lambda: self._turned_away(crowd) >= 10)
            many.close()
            with ramwire.Client(url, timeout=10.0) as later:
                assert later.call("echo", 3) == 3

    @staticmethod
    def _turned_away(crowd: list[socket.socket]) -> int:
        count = 0
        for connected in crowd:
            try:
                count += not connected.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            except BlockingIOError:
                pass
            except ConnectionResetError:
                count += 1
        return count

    def test_client_without_descriptors_is_told(self, url: str) -> None:
        with ServiceProcess(url), ramwire.Client(url) as client:
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            client.ping()
            client.close()
            starving = ramwire.Client(url)
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free_descriptor(), hard))
                with pytest.raises(ramwire.Refused, match="Too many open files"):
                    starving.call("echo", 1)
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            assert starving.call("echo", 2) == 2
            starving.close()

    def test_one_session_too_many_is_refused(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sessions, "MOST_SESSIONS", 2)
        waits = threading.Event()
        server = ramwire.Server(url, verbs={"wait": waits.wait, "echo": lambda value: value})
        with server, ramwire.Client(url, timeout=10.0) as client, ThreadPoolExecutor(2) as pool:
            taken = [pool.submit(client.call, "wait") for _ in range(2)]
            until(
                lambda: (
                    sum(thread.name.startswith("ramwire-session") for thread in threading.enumerate()) == 2
                )
            )
            until(lambda: all(future.running() for future in taken))
            with pytest.raises(ramwire.Refused, match="2 sessions already"):
                client.call("echo", 1)
            waits.set()
            assert [future.result(timeout=5) for future in taken] == [True, True]
            assert client.call("echo", 2) == 2

    def test_verb_is_cancelled_when_its_caller_waits_no_more(self, url: str) -> None:
        import asyncio  # noqa: PLC0415

        cancelled = threading.Event()

        async def long() -> None:
            try:
                await asyncio.sleep(600)
            except asyncio.CancelledError:
                cancelled.set()
                raise

        with ramwire.Server(url, verbs={"long": long}), ramwire.Client(url) as client:
            with pytest.raises(ramwire.Timeout):
                client.call("long", timeout=0.2)
            assert cancelled.wait(5)

    def test_forked_child_of_a_server_does_not_hold_its_place(self, url: str) -> None:
        succeed_a_server_whose_child_lives_on(url)

    def test_forked_child_of_a_client_does_not_hide_its_death(self, url: str) -> None:
        """The server lets go of a session when its client is dead, though a child of it lives on."""
        source = (
            "import os, sys, ramwire\nclient = ramwire.Client(sys.argv[1])\nclient.call('echo', 1)\n"
            "if os.fork() == 0:\n    sys.stdin.read()\n    os._exit(0)\nprint('ready', flush=True)\n"
            "sys.stdin.readline()\n"
        )
        with ServiceProcess(url) as service:
            before = descriptors(service.pid)
            with program(source, url) as caller:
                assert descriptors(service.pid) > before
                os.kill(caller.pid, signal.SIGKILL)
                until(lambda: descriptors(service.pid) <= before)

    def test_child_forked_while_a_session_began_does_not_hide_its_parents_death(self, url: str) -> None:
        fork_at_the_door_and_die(url)

    def test_server_may_be_stopped_while_clients_idle(self, url: str) -> None:
        with ramwire.Client(url, timeout=10.0) as client:
            for number in range(3):
                with ramwire.Server(url, verbs={"echo": lambda value: value}):
                    assert client.call("echo", number) == number
                until(lambda: not any(t.name.startswith("ramwire-session") for t in threading.enumerate()))

    def test_clock_that_jumps_changes_nothing(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        server = ramwire.Server(url, verbs={"echo": lambda value: value})
        with server, ramwire.Client(url, timeout=10.0) as client:
            for jump_s in (-1e9, 1e9):
                monkeypatch.setattr(time, "time", lambda jump_s=jump_s: jump_s)
                assert client.call("echo", 1) == 1

    def test_interrupted_call_never_runs_later(self, url: str) -> None:
        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        before = signal.signal(signal.SIGUSR1, interrupt)
        try:
            with ServiceProcess(url) as service, ramwire.Client(url, timeout=10.0) as client:
                client.call("echo", 1)
                service.pause()
                threading.Timer(0.2, signal.pthread_kill, (threading.get_ident(), signal.SIGUSR1)).start()
                with pytest.raises(KeyboardInterrupt):
                    client.call("note", "never")
                service.send(signal.SIGCONT)
                assert client.call("notes") == []
        finally:
            signal.signal(signal.SIGUSR1, before)

    def test_server_ends_by_a_signal_and_leaves_its_clients_waiting_for_the_next(self, url: str) -> None:
        source = (
            "import signal, sys, ramwire\n"
            "server = ramwire.Server(sys.argv[1], verbs={'echo': lambda value: value})\n"
            "signal.signal(signal.SIGTERM, lambda *_: server.stop())\nserver.start()\n"
            "print('ready', flush=True)\nserver.wait()\n"
        )
        with ramwire.Client(url, timeout=20.0) as client:
            with program(source, url) as first:
                assert client.call("echo", 1) == 1
                first.send_signal(signal.SIGTERM)
                assert first.wait(timeout=10) == 0
            answer = client.submit("echo", 2)
            with program(source, url):
                assert answer.result() == 2

    def test_program_that_never_closes_ends(self, url: str) -> None:
        source = "import sys, ramwire\nramwire.Client(sys.argv[1]).call('echo', 1)\n"
        with ServiceProcess(url):
            subprocess.run([sys.executable, "-c", source, url], check=True, timeout=20)
