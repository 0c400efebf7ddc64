"""What lies there is not what it should be: refused, never followed, never run, never waited for or lost."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from pathlib import Path

import pytest
from ramwire.jsonfile import document
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire
from tests.ramwire.jsonfile.conftest import Place


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"commands": {"a": {"command": "note", "args": [1',
        b"\xff\xfe\x00garbage",
        b"[]",
        b"7",
        b'{"commands": []}',
        b'{"commands": ' * 5000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"commands": {}, "n": ' + b"9" * 2000 + b"}",
        b"\0" * 4096,
    ],
    ids=lambda content: repr(content[:12]),
)
def test_broken_file_is_set_aside_and_a_fresh_one_made(
    place: Place, service: ServiceProcess, client: ramwire.Client, content: bytes
) -> None:
    assert client.call("echo", 1) == 1
    place.write(content)
    assert client.call("echo", 2) == 2
    assert place.broken() == [content.decode(errors="replace")]
    assert place.commands() == {}
    assert service.pid == client.call("pid")


def test_broken_files_are_all_kept(place: Place, client: ramwire.Client, service: ServiceProcess) -> None:
    for number in range(3):
        place.write(f"broken {number}")
        assert client.call("echo", number) == number
    assert place.broken() == ["broken 0", "broken 1", "broken 2"]
    assert service.pid


@pytest.mark.usefixtures("service")
def test_request_under_way_outlives_a_file_that_is_spoiled(place: Place, client: ramwire.Client) -> None:
    answer = client.submit("park", "x")
    with ramwire.Client(place.url, timeout=10.0) as other:
        until(lambda: other.call("parked") == ["x"])
        place.write("spoiled")
        other.call("release", "x", 7)
        assert answer.result() == 7
    assert place.broken() == ["spoiled"]


def test_request_that_waits_is_put_again_where_the_file_is_spoiled(
    place: Place, service: ServiceProcess, client: ramwire.Client
) -> None:
    client.call("echo", 1)
    service.pause()
    answer = client.submit("note", 1)
    until(place.commands)
    place.write("spoiled")
    service.send(signal.SIGCONT)
    assert answer.result() is None
    assert client.call("notes") == [1]


@pytest.mark.usefixtures("service")
def test_program_that_writes_slowly_and_without_the_lock_is_waited_for(place: Place) -> None:
    """It has truncated the file first, and half of it is no JSON."""
    text = '{"commands": {"a": {"command": "add", "args": [2, 5]}}}'
    with place.path.open("w") as file:
        for part in (text[:20], text[20:40], text[40:]):
            time.sleep(0.1)
            file.write(part)
            file.flush()
    until(lambda: place.answer("a"))
    assert place.answer("a")["result"] == 7
    assert place.broken() == []


def test_program_that_never_ends_writing_holds_up_nobody_for_long(
    place: Place, client: ramwire.Client
) -> None:
    with ServiceProcess(place.url), place.path.open("w") as file:
        file.write("half")
        file.flush()
        assert client.call("echo", 1) == 1
        assert place.broken() == ["half"]


@pytest.mark.usefixtures("service")
def test_what_follows_the_json_is_kept_aside_and_the_json_counts(place: Place) -> None:
    """A foreign program has written in place over a longer text, and not truncated."""
    text = '{"commands": {"a": {"command": "add", "args": [2, 5]}}}'
    place.write(text + "2, 5]}}}")
    until(place.broken)
    until(lambda: place.answer("a"))
    assert place.answer("a")["result"] == 7
    assert place.broken() == [text + "2, 5]}}}"]


@pytest.mark.usefixtures("service")
def test_giant_is_set_aside_unread(place: Place, client: ramwire.Client) -> None:
    with place.lock, place.path.open("wb") as file:
        file.truncate(8 << 30)
    assert client.call("echo", 1) == 1
    assert (place.path.parent / "shared.json.broken-1").stat().st_size == 8 << 30
    assert place.path.stat().st_size < 1000


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("7", "a command is an object"),
        ("null", "a command is an object"),
        ("{}", '"command" is not a text'),
        ('{"command": 7, "args": []}', '"command" is not a text'),
        ('{"command": "echo", "args": 7}', "neither a list nor an object"),
        ('{"command": "echo", "args": null}', "neither a list nor an object"),
        ('{"command": "rm -rf /", "args": []}', "is no verb"),
        ('{"command": "__init__", "args": []}', "there is no verb __init__"),
        ('{"command": "echo", "args": [NaN]}', "cannot be written as JSON"),
        ('{"command": "echo", "args": [1e999]}', "cannot be written as JSON"),
        ('{"command": "echo", "args": {"colour": 1}}', "colour"),
        ('{"command": "fail", "args": ["since"], "since": 1' + "0" * 400 + "}", "since"),
        ('{"command": "fail", "args": ["since"], "since": NaN}', "since"),
        ('{"command": "echo", "args": [1], "taken": {"pid": 1, "run": "x"}}', "died"),
    ],
)
def test_odd_entry_is_answered_with_an_error_and_harms_no_other(
    place: Place, client: ramwire.Client, entry: str, complaint: str
) -> None:
    good = '{"command": "add", "args": [2, 5]}'
    place.write(f'{{"commands": {{"odd": {entry}, "good": {good}}}}}')
    until(lambda: place.answer("odd") and place.answer("good"))
    assert complaint in place.answer("odd")["error"]
    assert place.answer("good")["result"] == 7
    assert client.call("echo", 1) == 1


@pytest.mark.usefixtures("service")
def test_entry_with_a_seat_that_is_none_does_not_run(place: Place, client: ramwire.Client) -> None:
    client.call("echo", 1)
    (place.beside / "0123456789abcdef").write_text("no FIFO")
    for seat in ("0123456789abcdef", "fedcba9876543210"):
        place.write(json.dumps({"commands": {"a": {"command": "note", "args": [1], "from": seat}}}))
        until(lambda: not place.commands())
    assert client.call("notes") == []


@pytest.mark.usefixtures("service")
def test_entry_copied_from_a_client_of_ours_does_not_run_again(place: Place, client: ramwire.Client) -> None:
    answer = client.submit("park", "x")
    with ramwire.Client(place.url, timeout=10.0) as other:
        until(lambda: other.call("parked") == ["x"])
        with place.lock:
            content = json.loads(place.path.read_text())
            (entry,) = content["commands"].values()
            for number in range(5):
                content["commands"][f"copy-{number}"] = {**entry, "command": "note"}
            place.path.write_text(json.dumps(content))
        assert other.call("notes") == []
        other.call("release", "x", 7)
        assert answer.result() == 7
        assert other.call("notes") == []


def put_instead(path: Path, kind: str) -> None:
    """Something that is no regular file of ours."""
    secret = path.with_name("secret")
    secret.write_text("{}")
    if kind == "link":
        path.symlink_to(secret)
    elif kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
    else:
        path.write_text("{}")
        os.chown(path, 12345, 12345)


KINDS = ["link", "folder", "fifo", "socket"] + (["another's"] if os.geteuid() == 0 else [])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_of_ours_is_refused_and_left_alone(place: Place, kind: str) -> None:
    put_instead(place.path, kind)
    before = os.lstat(place.path)
    with ramwire.Client(place.url, timeout=5.0) as client, pytest.raises(ramwire.Refused):
        client.call("echo", 1)
    with pytest.raises(ramwire.Refused):
        ramwire.Server(place.url).start()
    assert os.path.samestat(os.lstat(place.path), before)
    assert place.path.with_name("secret").read_text() == "{}"
    assert not ramwire.diagnose(place.url).healthy


@pytest.mark.parametrize("kind", KINDS)
def test_server_outlives_that_its_file_is_replaced_by_another_kind(
    place: Place, service: ServiceProcess, client: ramwire.Client, kind: str
) -> None:
    assert client.call("echo", 1) == 1
    with place.lock:
        place.path.unlink()
        put_instead(place.path, kind)
    with pytest.raises(ramwire.Refused):
        client.call("echo", 2, timeout=5.0)
    place.path.rmdir() if kind == "folder" else place.path.unlink()
    assert client.call("pid") == service.pid


@pytest.mark.parametrize("kind", KINDS)
def test_folder_beside_that_is_none_of_ours_is_refused(place: Place, kind: str) -> None:
    if kind == "folder":
        pytest.skip("a folder it is")
    put_instead(place.beside, kind)
    with pytest.raises(ramwire.Refused):
        ramwire.Server(place.url).start()
    with ramwire.Client(place.url) as client, pytest.raises(ramwire.Refused):
        client.call("echo", 1)
    assert not ramwire.diagnose(place.url).healthy


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_lock_that_is_no_file_is_refused(place: Place, kind: str) -> None:
    put_instead(place.path.with_name("shared.json.lock"), kind)
    with ramwire.Client(place.url) as client, pytest.raises(ramwire.Refused, match="lock"):
        client.call("echo", 1)
    assert not ramwire.diagnose(place.url).healthy


def test_nothing_of_ours_is_open_to_others(
    place: Place, client: ramwire.Client, service: ServiceProcess
) -> None:
    place.write('{"commands": {}}')
    place.path.chmod(0o666)
    client.call("echo", 1)
    assert service.pid
    paths = [place.path, place.path.with_name("shared.json.lock"), place.beside, *place.beside.iterdir()]
    assert {oct(path.stat().st_mode & 0o077) for path in paths} == {"0o0"}


def test_value_that_others_could_not_read_is_an_error(place: Place) -> None:
    deep: list[object] = []
    for _ in range(500):
        deep = [deep]
    server = ramwire.Server(place.url, verbs={"deep": lambda: deep, "long": lambda: 10**1500, "take": id})
    with server, ramwire.Client(place.url, timeout=10.0) as client:
        with pytest.raises(ramwire.RemoteError, match="levels deep"):
            client.call("deep")
        with pytest.raises(ramwire.RemoteError, match="999 digits"):
            client.call("long")
        with pytest.raises(ramwire.BadMessage, match="levels deep"):
            client.call("take", deep)
    assert place.broken() == []


def test_file_has_a_bound_and_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_FILE_BYTES", 10_000)
    server = ramwire.Server(place.url, verbs={"big": lambda size: "x" * size, "echo": lambda value: value})
    with server, ramwire.Client(place.url, timeout=10.0) as client:
        with pytest.raises(ramwire.Refused, match="10000 are the most"):
            client.call("echo", "x" * 20_000)
        answers = [client.submit("big", size) for size in (100, 20_000, 200)]
        assert len(answers[0].result()) == 100
        with pytest.raises(ramwire.RemoteError, match="10000 are the most"):
            answers[1].result()
        assert len(answers[2].result()) == 200
    assert place.broken() == []


@pytest.mark.parametrize("levels", [390, 400, 900, 970, 975, 980, 985, 990])
def test_file_nested_deeper_than_python_writes_is_set_aside(
    place: Place, service: ServiceProcess, client: ramwire.Client, levels: int
) -> None:
    assert client.call("echo", 1) == 1
    place.write('{"commands": {"a": {"command": "echo", "args": ' + "[" * levels + "]" * levels + "}}}")
    assert client.call("echo", 2) == 2
    assert client.call("pid") == service.pid


@pytest.mark.usefixtures("service")
def test_error_that_finds_no_room_holds_up_nobody(place: Place, client: ramwire.Client) -> None:
    asked = {"command": "fail", "args": ["x" * 3_000_000]}
    place.write(json.dumps({"commands": {"a": asked}, "beside": "x" * 11_000_000}))
    until(lambda: client.call("echo", 1) and place.answer("a"))
    assert place.answer("a")["kind"] == "TooLarge"


def test_closing_ends_a_call_that_waits_for_the_lock(place: Place) -> None:
    client = ramwire.Client(place.url, timeout=60.0)
    with place.lock:
        waiting = [client.submit("echo", 1), client.submit("echo", 2)]
        until(lambda: place.beside.exists() and any(place.beside.glob("*.claim")))
        client.close()
        for answer in waiting:
            with pytest.raises(ramwire.Refused):
                answer.result(timeout=5.0)
