"""What the virtual Pi's tools keep and print, without a container."""

from __future__ import annotations

import shlex
import socket
from pathlib import Path

import pytest

from tools.virtual_pi import base_image, demo, engine, state
from tools.virtual_pi.engine import Container
from tools.virtual_pi.state import State


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OCTOLAND_CONTAINER", raising=False)
    return tmp_path


def test_key_is_kept_private(tree: Path) -> None:
    first = state.fresh("one")
    state.save(first)
    saved = tree / ".cache/virtual_pi/one/state.json"
    assert saved.stat().st_mode & 0o777 == 0o600
    assert saved.parent.stat().st_mode & 0o777 == 0o700
    assert state.load("one") == first


@pytest.mark.parametrize("text", ["", "{", '{"container": "one"}', '{"of": "another version"}'])
@pytest.mark.usefixtures("tree")
def test_half_written_state_counts_as_none(text: str) -> None:
    place = state.folder("one")
    place.mkdir(parents=True)
    (place / "state.json").write_text(text)
    assert state.load("one") is None


def test_port_is_another_where_the_preferred_one_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        preferred = taken.getsockname()[1]
        assert state.free_port(preferred) != preferred


@pytest.mark.usefixtures("tree")
def test_env_prints_four_quoted_lines_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state.save(State("octoland-demo", 8080, 6080, api_key="K", provisioned="x"))
    monkeypatch.setattr(engine, "find", lambda name: Container(name, True))
    monkeypatch.setattr(engine, "run_inside", lambda *_: b"it's\n")
    demo.env()
    lines = capsys.readouterr().out.splitlines()
    values = dict(shlex.split(line)[0].partition("=")[::2] for line in lines)
    assert list(values) == ["OCTOPRINT_URL", "OCTOPRINT_API_KEY", "TFT_URL", "CONTAINER"]
    assert values["OCTOPRINT_URL"] == "http://127.0.0.1:8080"
    assert values["TFT_URL"].endswith("#password=it's")
    assert values["CONTAINER"] == "octoland-demo"


@pytest.mark.usefixtures("tree")
def test_env_of_a_demo_that_does_not_run_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "find", lambda _: None)
    with pytest.raises(demo.NoDemo, match="make demo"):
        demo.env()


def test_pip_settings_keep_no_folder_of_the_host() -> None:
    host = {
        "global.cert": "/home/somebody/bundle.pem",
        "global.find-links": "/home/somebody/wheels",
        "global.extra-index-url": "file:///srv/index https://packages.example/simple",
    }
    assert base_image.pip_conf(host) == (
        "[global]\n"
        "cert = /etc/ssl/certs/ca-certificates.crt\n"
        "extra-index-url = https://packages.example/simple\n"
    )
    assert base_image.pip_conf({}) == ""


def test_image_is_another_when_its_recipe_is() -> None:
    plain = base_image.Recipe("trixie", ("systemd",), (), "")
    assert plain.name.startswith("octoland-base:trixie-")
    assert base_image.Recipe("trixie", ("systemd", "sudo"), (), "").name != plain.name
    assert base_image.Recipe("bookworm", ("systemd",), (), "").name != plain.name
