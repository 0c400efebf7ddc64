"""Many services in one process, and many calls: what they take, and that it does not grow."""

from __future__ import annotations

import contextlib
import gc
import os
import threading
import tracemalloc
from pathlib import Path

from ramwire.testing.process import until

import ramwire

SERVICES = 50
CALLS = 20_000


def inotify_instances() -> int:
    links = []
    for fd in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):
            links.append(os.readlink(f"/proc/self/fd/{fd}"))
    return links.count("anon_inode:inotify")


def test_services_of_one_process_share_one_inotify_instance(drive: Path) -> None:
    """A user has 128 of them, and a farm's console may serve a thousand addresses."""
    until(lambda: "ramwire-lookout" not in [thread.name for thread in threading.enumerate()])
    before = inotify_instances(), threading.active_count()
    with contextlib.ExitStack() as running:
        clients = []
        for number in range(SERVICES):
            url = f"ramdrive:{drive}/service{number}"
            running.enter_context(ramwire.Server(url, verbs={"number": lambda number=number: number}))
            clients.append(running.enter_context(ramwire.Client(url, timeout=10.0)))
        assert [client.call("number") for client in clients] == list(range(SERVICES))
        assert inotify_instances() == before[0] + 1
        assert threading.active_count() <= before[1] + 4 * SERVICES  # three each, and who helped meanwhile
        # A foreign request finds its own service.
        for number in range(SERVICES):
            (drive / f"service{number}" / "server" / "20260101000000_1.txt").write_text("number\n")
        for number in range(SERVICES):
            reply = drive / f"service{number}" / "client" / "20260101000000_1.txt"
            until(reply.exists)
            assert reply.read_text() == str(number)
    until(lambda: inotify_instances() <= before[0])


def test_memory_is_flat_over_many_calls(drive: Path) -> None:
    url = f"ramdrive:{drive}/service"
    big = {"text": "x" * 10_000}
    server = ramwire.Server(url, verbs={"echo": lambda value: value, "big": lambda: big})

    def work(client: ramwire.Client, calls: int) -> int:
        """The bytes in use after it."""
        for number in range(calls):
            assert client.call("echo", number) == number
            if number % 50 == 0:
                client.notify("echo", number)
                client.submit("echo", number).result()
                assert client.call("big") == big
                with contextlib.suppress(ramwire.RemoteError):
                    client.call("unknown")
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    with server, ramwire.Client(url, timeout=10.0) as client:
        work(client, 500)
        tracemalloc.start()
        try:
            before = work(client, 500)
            after = work(client, CALLS)
        finally:
            tracemalloc.stop()
    assert after - before < 2 * CALLS  # bytes: a call leaves nothing
