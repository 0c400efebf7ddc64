"""Clients of the RAM drive in other languages, against our server."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ramwire.command.processes import Finished, run_program, serving, until
from tests.ramwire.examples.conftest import EXAMPLES


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    program = tmp_path_factory.mktemp("c") / "ramdrive"
    source = EXAMPLES / "clients" / "ramdrive.c"
    subprocess.run([compiler, "-Wall", "-Wextra", "-Werror", "-o", program, source], check=True)
    return program


@pytest.fixture(params=["bash", "C"])
def client(request: pytest.FixtureRequest) -> Path:
    if request.param == "bash":
        return EXAMPLES / "clients" / "ramdrive.sh"
    path: Path = request.getfixturevalue("compiled")
    return path


@pytest.fixture
def service(drive: Path) -> Iterator[Path]:
    with serving("echo", f"ramdrive:{drive}/alice"):
        yield drive / "alice"


def left(service: Path) -> list[str]:
    return [str(path) for folder in ("server", "client") for path in (service / folder).iterdir()]


def test_answer_is_printed(client: Path, service: Path) -> None:
    assert run_program((str(client), str(service), "add", "[2, 5]")) == Finished(0, "7\n", "")
    done = run_program((str(client), str(service), "echo", '{"a": "μ", "b": null}'))
    assert '"a"' in done.out
    assert left(service) == []


def test_what_the_verb_raises_is_printed(client: Path, service: Path) -> None:
    done = run_program((str(client), str(service), "fail", '["no"]'))
    assert done == Finished(1, "RuntimeError: no\n", "")
    assert left(service) == []


def test_wrong_usage_is_told(client: Path) -> None:
    done = run_program((str(client),))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("usage: ")


def test_handshake_has_no_answer(client: Path, service: Path) -> None:
    assert run_program((str(client), str(service), "Hello")) == Finished(0, "", "")


def test_request_that_nobody_takes_is_withdrawn(
    client: Path, drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAMWIRE_TIMEOUT", "1")
    done = run_program((str(client), str(drive / "alice"), "add", "[2, 5]"))
    assert (done.code, "withdrawn" in done.err) == (4, True)
    assert left(drive / "alice") == []


def test_request_that_takes_too_long_may_have_run(
    client: Path, service: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAMWIRE_TIMEOUT", "1")
    done = run_program((str(client), str(service), "sleep", "[600]"))
    assert (done.code, "may have run" in done.err) == (4, True)


def test_client_may_come_first(client: Path, drive: Path) -> None:
    service = drive / "alice"
    command = [str(client), str(service), "add", "[2, 5]"]
    environment = {**os.environ, "RAMWIRE_TIMEOUT": "20"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as first:
        until(lambda: (service / "server").exists() and left(service), "the request")
        with serving("echo", f"ramdrive:{service}"):
            assert first.communicate(timeout=20)[0] == b"7\n"


def test_many_at_once_get_their_own_answers(client: Path, service: Path) -> None:
    running = [
        subprocess.Popen([str(client), str(service), "add", f"[{number}, 1]"], stdout=subprocess.PIPE)
        for number in range(8)
    ]
    assert [process.communicate(timeout=20)[0] for process in running] == [
        b"%d\n" % (number + 1) for number in range(8)
    ]
