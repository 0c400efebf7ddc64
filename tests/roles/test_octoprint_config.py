"""The merge into OctoPrint's config.yaml, as a converge sees it: the module itself is run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from .module import TREE, load

PROGRAM = TREE / "roles/octoprint/library/octoprint_config.py"
octoprint_config = load("roles/octoprint/library/octoprint_config.py")

Settings = dict[str, object]
OWNERS: Settings = {
    "serial": {"port": "/dev/ttyUSB0", "additionalPorts": ["/dev/x"]},
    "api": {"key": "secret"},
}
WANTED: Settings = {"serial": {"port": "VIRTUAL", "autoconnect": True}, "server": {"firstRun": False}}

values = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=3)
settings = st.recursive(
    st.dictionaries(st.text(min_size=1, max_size=3), values, max_size=4),
    lambda inner: st.dictionaries(st.text(min_size=1, max_size=3), inner | values, max_size=4),
    max_leaves=10,
)


def run(path: Path, wanted: Settings, check: bool = False) -> Settings:
    """What the module answers, run as Ansible runs it."""
    arguments = {"path": str(path), "settings": wanted, "mode": "0600", "_ansible_check_mode": check}
    arguments |= {"_ansible_remote_tmp": str(path.parent), "_ansible_keep_remote_files": False}
    code = (
        "import runpy, sys; from ansible.module_utils import basic;"
        "from ansible.module_utils.testing import patch_module_args;"
        "import json; context = patch_module_args(json.loads(sys.argv[2])); context.__enter__();"
        "runpy.run_path(sys.argv[1], run_name='__main__')"
    )
    command = [sys.executable, "-c", code, str(PROGRAM), json.dumps(arguments)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return cast(Settings, json.loads(answer.stdout))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config.yaml as its owner left it."""
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(OWNERS))
    path.chmod(0o600)
    return path


def test_what_the_owner_has_set_stays(config: Path) -> None:
    run(config, WANTED)
    merged = yaml.safe_load(config.read_text())
    assert merged["api"] == {"key": "secret"}
    assert merged["serial"]["additionalPorts"] == ["/dev/x"]


def test_what_is_wanted_is_set(config: Path) -> None:
    answer = run(config, WANTED)
    merged = yaml.safe_load(config.read_text())
    assert merged["serial"]["port"] == "VIRTUAL"
    assert merged["server"] == {"firstRun": False}
    assert answer["changed_settings"] == ["serial.port", "serial.autoconnect", "server.firstRun"]


def test_second_merge_changes_nothing(config: Path) -> None:
    run(config, WANTED)
    before = config.stat()
    answer = run(config, WANTED)
    assert (answer["changed"], answer["changed_settings"]) == (False, [])
    assert config.stat().st_mtime_ns == before.st_mtime_ns


def test_dry_run_says_what_would_change_and_changes_nothing(config: Path) -> None:
    answer = run(config, WANTED, check=True)
    assert answer["changed"] is True
    assert yaml.safe_load(config.read_text()) == OWNERS


def test_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    run(path, WANTED)
    assert yaml.safe_load(path.read_text()) == WANTED
    assert path.stat().st_mode & 0o777 == 0o600


def test_open_file_is_closed_to_others(config: Path) -> None:
    config.chmod(0o644)
    assert run(config, OWNERS)["changed"] is True
    assert config.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["a: [", "- a list"])
def test_broken_file_is_refused_in_words_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(content)
    answer = run(path, WANTED)
    assert answer["failed"] is True
    assert "repair it" in str(answer["msg"])
    assert path.read_text() == content


def test_answer_tells_no_secret(config: Path) -> None:
    answer = run(config, {"api": {"key": "another"}})
    answer.pop("invocation", None)
    assert "secret" not in json.dumps(answer)
    assert "another" not in json.dumps(answer)


@given(current=settings, wanted=settings)
def test_merge_leaves_no_difference(current: Settings, wanted: Settings) -> None:
    assert octoprint_config.differences(octoprint_config.merged(current, wanted), wanted) == []


@given(current=settings)
def test_merge_of_what_is_there_is_what_was_there(current: Settings) -> None:
    assert octoprint_config.merged(current, current) == current
