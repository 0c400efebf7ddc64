"""Who may do what: every verb, without a key, with a wrong one, and without the permission."""

from __future__ import annotations

import pytest
from octoland_api import VERBS
from octoland_api.errors import KeyNeeded, KeyRefused, NotPermitted
from octoland_api.verbs import Key

from tests.plugin.conftest import Service, Watched
from tests.plugin.octoprint_process import GONE, NOBODY, WATCHER, User

WITH_KEY = sorted(name for name, verb in VERBS.items() if verb.key is Key.NEEDED)
CHECKED = sorted(name for name, verb in VERBS.items() if verb.key is not Key.NONE)
COMMANDS = sorted(
    name for name, verb in VERBS.items() if verb.permission not in (None, "STATUS", "FILES_LIST")
)

# Arguments that would do something, were they let through.
ARGUMENTS: dict[str, dict[str, object]] = {
    "temperature.set": {"heater": "tool0", "celsius": 200},
    "motion.jog": {"x_mm": 10},
    "motion.extrude": {"length_mm": 5},
    "gcode.send": {"commands": ["G28"]},
    "files.select": {"path": "tower.gcode"},
    "prompt.answer": {"choice": 0},
}


@pytest.mark.parametrize("verb", WITH_KEY)
def test_each_command_needs_a_key(service: Service, verb: str) -> None:
    with pytest.raises(KeyNeeded, match=r"needs an API key.*key\.request"):
        service.as_user(None)(verb, **ARGUMENTS.get(verb, {}))


@pytest.mark.parametrize("verb", CHECKED)
def test_a_key_that_octoprint_does_not_know_is_refused(service: Service, verb: str) -> None:
    with pytest.raises(KeyRefused):
        service.as_user(User("?", "unknown"))(verb, **ARGUMENTS.get(verb, {}))


@pytest.mark.parametrize("verb", COMMANDS)
def test_each_command_needs_octoprints_permission(
    service: Service, verb: str, nothing_arrives: Watched
) -> None:
    with nothing_arrives(), pytest.raises(NotPermitted, match="watcher lacks OctoPrint's permission"):
        service.as_user(WATCHER)(verb, **ARGUMENTS.get(verb, {}))


def test_a_user_with_few_permissions_does_what_these_allow(service: Service) -> None:
    watcher = service.as_user(WATCHER)

    assert watcher("status")
    assert watcher("files")
    assert watcher("temperatures")


def test_a_user_with_no_permission_reads_nothing(service: Service) -> None:
    with pytest.raises(NotPermitted):
        service.as_user(NOBODY)("status")


@pytest.mark.parametrize("key", ["clé", "\x00", 5, True, ["x"], {"a": 1}, "x" * 10_000])
def test_a_key_of_any_kind_is_refused_with_words(service: Service, key: object) -> None:
    with pytest.raises(KeyRefused):
        service("status", key=key)


def test_the_key_of_a_user_who_is_not_active_is_refused(service: Service) -> None:
    with pytest.raises(KeyRefused):
        service.as_user(GONE).status()


def test_without_a_key_nothing_is_told_of_the_arguments(service: Service) -> None:
    with pytest.raises(KeyNeeded):
        service.as_user(None)("temperature.set", heater="no such", celsius="hot")
