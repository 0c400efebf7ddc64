"""An address is never shown with the password in it."""

from __future__ import annotations

import pytest
from ramwire.url import parse, without_password

import ramwire


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("redis://user:secret@host:1/0?service=a", "redis://user:***@host:1/0?service=a"),
        ("redis://:secret@host", "redis://:***@host"),
        ("redis://:sec@ret@host", "redis://:***@host"),
        ("redis://user@host:6379/0", "redis://user@host:6379/0"),
        ("redis://host:6379/0", "redis://host:6379/0"),
        ("ramdrive:/home/a@b/c:d@e", "ramdrive:/home/a@b/c:d@e"),
    ],
)
def test_password_is_not_shown(address: str, shown: str) -> None:
    assert without_password(address) == shown
    assert "secret" not in repr(parse(address))


@pytest.mark.parametrize("password", ["sec?ret=1", "sec/ret", "sec#ret", "sec&ret?x"])
def test_password_that_is_written_wrong_is_not_shown_either(password: str) -> None:
    for make in (ramwire.Client, ramwire.Server):
        with pytest.raises(ramwire.Refused, match="%2F") as told:
            make(f"redis://me:{password}@host:1/0?service=a")
        assert "sec" not in str(told.value)
        assert "ret" not in str(told.value)
