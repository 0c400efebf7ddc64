from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from .processes import COMMAND, DEADLINE_S, SERVICES, run, serving, started, until

NOTHING_TO_SAY = ""


@pytest.mark.usefixtures("echo")
@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["add", "2", "5"], "7"),
        (["add", "2", "-5"], "-3"),
        (["add", "-1e3", "0"], "-1000.0"),
        (["add", "--named", "a=1", "--named", "b=2.5"], "3.5"),
        (["add", "2", "--timeout", "9", "5"], "7"),
        (["upper", '"howdy"'], '"HOWDY"'),
        (["upper", '"größe"', "--raw"], "GRÖSSE"),
        (["echo", '{"a": [1, null]}'], '{"a": [1, null]}'),
        (["echo", "[]"], "[]"),
        (["echo"], "null"),
        (["echo", "1", '"two"'], '[1, "two"]'),
        (["echo", r'"\u001b[2J"'], r'"\u001b[2J"'),
        (["echo", r'"\ud800"'], r'"\ud800"'),
    ],
)
def test_answer_is_printed_as_json(url: str, arguments: list[str], printed: str) -> None:
    done = run("call", url, *arguments)
    assert (done.code, done.out, done.err) == (0, f"{printed}\n", NOTHING_TO_SAY)


@pytest.mark.usefixtures("echo")
def test_verb_that_raises_exits_with_1(url: str) -> None:
    done = run("call", url, "fail", '"the nozzle is clogged"')
    assert (done.code, done.out) == (1, "")
    assert done.err == "ramwire: RuntimeError: the nozzle is clogged\n"


@pytest.mark.usefixtures("echo")
def test_text_of_an_error_cannot_steer_the_terminal(url: str) -> None:
    done = run("call", url, "fail", r'"\u001b[2Jgone"')
    assert done.err == "ramwire: RuntimeError: \\x1b[2Jgone\n"


@pytest.mark.usefixtures("echo")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["upper", "howdy"], """'"howdy"'"""),
        (["upper", "--named", "text=howdy"], """'"howdy"'"""),
        (["upper", "--named", "text"], "NAME=JSON"),
        (["upper", "--named", "2=2"], "NAME=JSON"),
        (["add", "--named", "a=1", "--named", "a=2"], "given twice"),
        (["add", "1", "--named", "b=2"], "either all by position"),
        (["add", "NaN", "1"], "not JSON"),
        (["echo", "[" * 100_000], "nested too deeply"),
        (["two words"], "no verb"),
        (["sleep", "--named", "timeout=1"], "--timeout S"),
        (["sleep", "1", "--timeout", "0"], "more than 0 seconds"),
        (["sleep", "1", "--timeout", "soon"], "not a number of seconds"),
        (["sleep", "1", "--colour"], "--colour"),
        (["upper", "@/nowhere/key"], "No such file"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_to_write(url: str, arguments: list[str], words: str) -> None:
    done = run("call", url, *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("carrier:pigeon", "ramdrive"),
        ("ramdrive:/x/y?colour=1", "stale"),
        ("nonsense", "scheme"),
    ],
)
def test_wrong_address_exits_with_2_and_lists_what_is_known(address: str, words: str) -> None:
    done = run("call", address, "status")
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_nobody_there_exits_with_3_and_leaves_nothing(url: str, folder: Path) -> None:
    done = run("call", url, "add", "2", "5", "--timeout", "0.2")
    assert (done.code, done.out) == (3, "")
    assert "no server is there" in done.err
    assert f"ramwire doctor {url}" in done.err
    assert not folder.exists()  # it made the folders, and nobody came


def test_hint_at_the_doctor_may_be_pasted_into_a_shell(url: str) -> None:
    done = run("call", f"{url}?stale=10", "add", "2", "5", "--timeout", "0.2")
    assert f"`ramwire doctor '{url}?stale=10'`" in done.err


def test_server_lost_under_the_call_exits_with_3(url: str, folder: Path) -> None:
    marker = folder.parent / "hangs"
    call_of_hang = (*COMMAND, "call", url, "hang", f'"{marker}"', "--timeout", str(DEADLINE_S))
    with serving("serve", url, "hanging:Hanging", cwd=SERVICES) as server, started(call_of_hang) as call:
        until(marker.exists, "the verb to begin")
        server.kill()
        assert call.wait(DEADLINE_S) == 3
    assert os.listdir(folder / "server") == [] == os.listdir(folder / "client")


@pytest.mark.usefixtures("echo")
def test_call_that_takes_too_long_exits_with_4(url: str) -> None:
    done = run("call", url, "sleep", "5", "--timeout", "0.2")
    assert (done.code, done.out) == (4, "")
    assert "in time" in done.err


def test_server_that_is_stopped_is_not_taken_for_gone(url: str, echo: subprocess.Popen[bytes]) -> None:
    echo.send_signal(signal.SIGSTOP)
    done = run("call", url, "add", "2", "5", "--timeout", "0.2")
    echo.send_signal(signal.SIGCONT)
    assert (done.code, done.out) == (4, "")
    assert "busy or stopped" in done.err
    assert run("call", url, "add", "2", "5").out == "7\n"


def test_folder_that_is_a_link_exits_with_5(url: str, folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "server").symlink_to(tmp_path)
    done = run("call", url, "add", "2", "5", "--timeout", "0.2")
    assert (done.code, done.out) == (5, "")
    assert str(folder) in done.err
    assert os.listdir(tmp_path) == ["drive"]


@pytest.mark.usefixtures("echo")
def test_secret_is_read_from_a_file_as_text(url: str, tmp_path: Path) -> None:
    """A key of digits alone stays a text; arguments would show in ps."""
    key = tmp_path / "key"
    key.write_text("1234567890\n")
    assert run("call", url, "upper", "--named", f"text=@{key}").out == '"1234567890"\n'


@pytest.mark.usefixtures("echo")
def test_secret_is_read_from_stdin(url: str) -> None:
    assert run("call", url, "upper", "--named", "text=@-", stdin=b"abc\n").out == '"ABC"\n'


@pytest.mark.usefixtures("echo")
def test_json_file_is_read_as_a_value(url: str, tmp_path: Path) -> None:
    value = tmp_path / "value.json"
    value.write_text("[1, 2]\n")
    assert run("call", url, "echo", f"@{value}").out == "[1, 2]\n"


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_signal_withdraws_the_request_and_shows_in_the_shell(
    url: str, folder: Path, signum: signal.Signals
) -> None:
    with started((*COMMAND, "call", url, "add", "2", "5", "--timeout", str(DEADLINE_S))) as call:
        until(lambda: (folder / "server").is_dir() and os.listdir(folder / "server"), "the request")
        call.send_signal(signum)
        assert call.wait(DEADLINE_S) == -signum
    assert not folder.exists()


@pytest.mark.usefixtures("echo")
def test_reader_that_has_gone_ends_the_command_quietly(url: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = (*COMMAND, "call", url, "add", "2", "5")
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, timeout=DEADLINE_S, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (-signal.SIGPIPE, b"")


@pytest.mark.usefixtures("echo")
def test_full_disk_behind_stdout_is_an_error(url: str) -> None:
    with open("/dev/full", "wb") as full:
        command = (*COMMAND, "call", url, "add", "2", "5")
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=DEADLINE_S, check=False)
    assert done.returncode == 2
    assert b"No space left" in done.stderr
