"""Clients that know `send` and `recv` alone talk to our server, in each framing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ramwire import Client
from tests.ramwire.command.processes import run_program, until

from .conftest import PEERS, Fifos

PATIENCE_S = 15.0


@pytest.fixture
def echo(fifos: Fifos) -> Iterator[Fifos]:
    with fifos.served():
        yield fifos


def test_shell_asks_and_reads(echo: Fifos) -> None:
    done = echo.run("fifo_client.sh", "add [2,5]", 'upper "ahoy"', 'echo {"value":[1,null]}')
    assert done.out.splitlines() == ["ok 7", 'ok "AHOY"', 'ok {"value":[1,null]}'], done.err


def test_shell_is_told_what_went_wrong_in_one_line(echo: Fifos) -> None:
    done = echo.run("fifo_client.sh", 'fail "no\\nway"', "ad [2,5]", "add [2,")
    errors = done.out.splitlines()
    assert errors[0].startswith("error ")
    assert errors[0].endswith("no way")
    assert errors[1].startswith("error UnknownVerb: there is no verb ad; did you mean add")
    assert errors[2].startswith("error BadMessage: ")


@pytest.mark.parametrize("first", ["send", "recv"])
def test_python_asks_and_reads(framed: Fifos, first: str) -> None:
    """Whichever FIFO it opens first, it waits for nobody."""
    with framed.served():
        done = framed.run("fifo_client.py", framed.framing, first, "add [2,5]", 'upper "μ"', "add [1,1]")
    assert done.out.splitlines() == ["ok 7", 'ok "\\u039c"', "ok 2"], done.err


def test_handshake_has_no_answer(framed: Fifos) -> None:
    """The peer writes it, and then reads the answer to what follows."""
    with framed.served():
        done = framed.run("fifo_client.py", framed.framing, "send", "add [1,1]")
        frames = f"import sys; sys.path.insert(0, {str(PEERS)!r}); import fifo_frames\n"
        hello = (
            frames
            + f"fifo_frames.write(open({str(framed.path / 'send')!r}, 'wb'), {framed.framing!r}, b'Hello')"
        )
        assert run_program((sys.executable, "-c", hello)).code == 0
        after = framed.run("fifo_client.py", framed.framing, "send", "add [2,2]")
    assert (done.out, after.out) == ("ok 2\n", "ok 4\n")


def test_clients_that_take_turns_get_their_own_answers(echo: Fifos) -> None:
    flock = shutil.which("flock")
    assert flock is not None

    def ask(number: int) -> str:
        client = (flock, str(echo.path), str(PEERS / "fifo_client.sh"), str(echo.path), f"echo {number}")
        return run_program(client).out

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(12))) == [f"ok {number}\n" for number in range(12)]


def test_clients_that_do_not_take_turns_tear_no_answer(echo: Fifos) -> None:
    """Whose answer is whose nobody can know; but each is whole, and afterwards all is well."""
    asking = (str(PEERS / "fifo_client.py"), str(echo.path), "line", "recv", *["echo [1,2,3]"] * 20)
    peers = [subprocess.Popen((sys.executable, *asking), stdout=subprocess.PIPE) for _ in range(3)]
    until(lambda: any(peer.poll() is not None for peer in peers), "one of them to have read all it wants")
    for peer in peers:
        peer.kill()
        out, _ = peer.communicate()
        assert out == b"ok [1,2,3]\n" * out.count(b"\n")
    with Client(echo.url, timeout=PATIENCE_S) as ours:
        ours.call("sleep", 1.5)  # what nobody has read is thrown away
    assert echo.run("fifo_client.sh", "echo 1").out == "ok 1\n"


def test_ours_and_a_shell_do_not_cross(echo: Fifos) -> None:
    with Client(echo.url, timeout=PATIENCE_S) as ours, ThreadPoolExecutor(1) as pool:
        shell = pool.submit(echo.run, "fifo_client.sh", *[f"echo {number}" for number in range(20)])
        assert [ours.call("echo", -number) for number in range(200)] == [-number for number in range(200)]
        assert shell.result().out.splitlines() == [f"ok {number}" for number in range(20)]


def test_answer_that_nobody_reads_is_no_later_clients(echo: Fifos) -> None:
    """It waits for its reader a second, and is then thrown away."""
    write = ("bash", "-c", f"printf 'echo \"stale\"\\n' > {echo.path}/send")
    assert run_program(write).code == 0
    with Client(echo.url, timeout=PATIENCE_S) as ours:
        ours.call("sleep", 1.5)
    assert echo.run("fifo_client.sh", "echo 1").out == "ok 1\n"


def test_large_answer_reaches_a_shell(echo: Fifos) -> None:
    text = "x" * 100_000
    done = run_program((str(PEERS / "fifo_client.sh"), str(echo.path), f'upper "{text}"'))
    assert done.out == f'ok "{text.upper()}"\n'


def test_answer_that_x4_cannot_carry_is_an_error(fifos: Fifos) -> None:
    x4 = Fifos(fifos.path, "x4")
    with x4.served():
        done = x4.run("fifo_client.py", "x4", "send", f'upper "{"μ" * 3000}"', "add [1,1]")
    first, second = done.out.splitlines()
    assert first.startswith("error BadMessage: the message has 18005 bytes")
    assert second == "ok 2"
