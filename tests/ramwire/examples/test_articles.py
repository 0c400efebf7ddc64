"""The articles' examples, told with ramwire: what each page says that one sees."""

from __future__ import annotations

from pathlib import Path
from signal import SIGINT
from subprocess import PIPE
from typing import Callable

import pytest
from ramwire.testing.addresses import free_port

from tests.ramwire.command.processes import started, until
from tests.ramwire.examples.conftest import EXAMPLES, Peer, command, run
from tests.ramwire.redis.running import Redis

Start = Callable[..., Peer]


@pytest.mark.parametrize("framing", ["line", "u32le", "x4"])
def test_pipes(drive: Path, start: Start, framing: str) -> None:
    url = f"fifo:{drive}/tidy?framing={framing}"
    alice = start("pipes/alice.py", url)
    assert run("pipes/bob.py", url, "TERRIBLE_LOOKING", "machine-Output").code == 0
    assert [alice.hear(), alice.hear()] == ["terrible looking", "machine output"]


def test_pipes_from_a_shell(drive: Path, start: Start) -> None:
    alice = start("pipes/alice.py", f"fifo:{drive}/tidy?framing=line")
    until((drive / "tidy" / "send").exists, "the pipe")
    assert run("pipes/bob.sh", f"{drive}/tidy", "ONE_TWO", "THREE").code == 0
    assert [alice.hear(), alice.hear()] == ["one two", "three"]


def test_json_file(drive: Path, start: Start) -> None:
    start("json_file/alice.py", f"jsonfile:{drive}/shared.json")
    said = run("json_file/bob.py", f"jsonfile:{drive}/shared.json").out
    assert said == "2 + 5 = 7\n8 * 5 = 40\nAlice says: 'two' is no number\n"
    assert run("json_file/bob_alone.py", f"{drive}/shared.json").out == "2 + 5 = 7\n"


def test_json_file_is_made_by_whoever_comes_first(drive: Path, start: Start) -> None:
    bob = start("json_file/bob_alone.py", f"{drive}/shared.json")
    until((drive / "shared.json").exists, "the file")
    start("json_file/alice.py", f"jsonfile:{drive}/shared.json")
    assert bob.hear() == "2 + 5 = 7"


@pytest.mark.parametrize(
    ("alice", "scheme"),
    [
        ("json_file/alice.py", "jsonfile:"),
        ("shared_memory/alice.py", "mmap:"),
        ("sockets/alice.py", "unix:"),
    ],
)
def test_ctrl_c_ends_alice(drive: Path, alice: str, scheme: str) -> None:
    with started((*command(alice), f"{scheme}{drive}/alice"), stderr=PIPE) as process:
        until((drive / "alice").exists, "Alice")
        process.send_signal(SIGINT)
        assert process.communicate(timeout=10)[1] == b""


def test_redis(tmp_path: Path, start: Start) -> None:
    with Redis(tmp_path) as redis:
        ask_workers(redis.url("words"), start)


def ask_workers(url: str, start: Start) -> None:
    for worker in ("ann", "ben"):
        start("redis/alice.py", url, worker)
    said = run("redis/bob.py", url, "one two three", "four").out
    assert said == "'one two three' has 3 words\n'four' has 1 words\n"


def test_shared_memory(drive: Path, start: Start) -> None:
    alice = start("shared_memory/alice.py", f"mmap:{drive}/board")
    alice.say("hello")
    assert alice.hear() == "shown: hello"
    assert run("shared_memory/bob_alone.py", f"{drive}/board").out == "hello\n"
    bob = start("shared_memory/bob.py", f"mmap:{drive}/board")
    until(lambda: _heard(alice, bob), "the message")


def _heard(alice: Peer, bob: Peer) -> bool:
    """Say it, until somebody listens: a board keeps nothing for those who come later."""
    alice.say("again")
    alice.hear()
    return bob.hear() == "again"


def test_signals(tmp_path: Path, start: Start) -> None:
    bob = start("signals/bob.py", f"signal:{tmp_path}/alice")
    shell = start("signals/bob.sh", f"{tmp_path}/alice")
    assert [bob.hear(), shell.hear()] == ["Alice is away", "registered"]
    alice = start("signals/alice.py", f"signal:{tmp_path}/alice")
    assert alice.hear() == "2 have been told"
    assert [bob.hear(), shell.hear()] == ["Alice is here"] * 2
    assert alice.leave() == 0
    assert [bob.hear(), shell.hear()] == ["Alice is gone"] * 2
    alice = start("signals/alice.py", f"signal:{tmp_path}/alice")
    assert [alice.hear(), bob.hear()] == ["2 have been told", "Alice is here"]
    alice.process.kill()
    assert bob.hear() == "Alice is gone"


def test_sockets(drive: Path, start: Start) -> None:
    alice = start("sockets/alice.py", f"unix:{drive}/alice")
    until((drive / "alice").exists, "the socket")
    assert run("sockets/bob_alone.py", f"{drive}/alice").out == "8 * 8 = 64\n"
    assert run("sockets/bob.py", f"unix:{drive}/alice").out == "8 * 8 = 64\n"
    assert alice.process.wait(10) == 0


def test_rpc(start: Start) -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    start("rpc/alice.py", url)
    assert run("rpc/bob.py", url, "Rome").out == "9 degrees\n"
    assert run("rpc/bob_xml.py", url, "Rome").out == "12 degrees tomorrow\n"
    for shown in (url, url.rstrip("/")):
        assert '"celsius":9' in run("rpc/bob.sh", shown, "Rome").out.replace(" ", "")


def test_every_example_is_told_of_on_a_page() -> None:
    pages = "".join(page.read_text() for page in (EXAMPLES.parent / "docs" / "articles").glob("*.md"))
    scripts = [path.relative_to(EXAMPLES) for path in EXAMPLES.glob("*/*.*")]
    assert scripts
    assert [str(script) for script in scripts if f"../../examples/{script})" not in pages] == []
