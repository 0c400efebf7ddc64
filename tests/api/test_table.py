"""The table of verbs: each row is complete, and the page that is made from it is fresh."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest
from octoland_api import VERBS, Verb, errors, service_error
from octoland_api.arguments import Arguments
from octoland_api.verbs import Key

EACH = pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS.keys())


@EACH
def test_a_verb_is_named_noun_or_noun_dot_verb(verb: Verb) -> None:
    noun, dot, action = verb.name.partition(".")

    assert noun.isalpha()
    assert action.isalpha() or not dot
    assert verb.summary.endswith(".")


@EACH
def test_a_verb_that_needs_a_key_needs_a_permission_too(verb: Verb) -> None:
    assert (verb.permission is None) == (verb.key is Key.NONE)


def test_what_is_told_of_the_status_is_as_open_as_the_status() -> None:
    assert VERBS["events"].key is VERBS["status"].key is Key.SETTING


@EACH
def test_a_verb_that_waits_takes_how_long(verb: Verb) -> None:
    assert verb.waits == ("wait_s" in verb.arguments.__struct_fields__)


@EACH
def test_an_argument_that_the_verb_does_not_know_is_refused(verb: Verb) -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `surprise`"):
        msgspec.convert({"surprise": 1}, verb.arguments)


@EACH
def test_no_argument_is_named_as_the_key_or_the_calls_own_timeout(verb: Verb) -> None:
    assert not {"key", "timeout"} & set(verb.arguments.__struct_fields__)


def test_each_argument_shape_is_used() -> None:
    used = {verb.arguments for verb in VERBS.values()}

    assert set(Arguments.__subclasses__()) == used


def test_each_error_is_found_by_its_name() -> None:
    for kind in errors.ServiceError.__subclasses__():
        found = service_error(kind.__name__, "words")
        assert type(found) is kind
        assert found.text == str(found) == "words"


def test_an_error_of_an_unknown_name_is_a_failure() -> None:
    assert type(service_error("Sunk", "words")) is errors.Failed


def test_each_error_is_explained() -> None:
    for kind in errors.ServiceError.__subclasses__():
        assert f" {kind.__name__} " in (errors.__doc__ or "")


def test_the_page_of_verbs_is_fresh() -> None:
    check = subprocess.run(
        [sys.executable, "-m", "tools.verbs_doc", "--check"], check=False, capture_output=True
    )

    assert check.returncode == 0, check.stderr.decode()
