"""A wire's address: `scheme:rest?option=value&option=value`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ramwire.errors import Refused


# No dataclass where every program that uses a wire would wait for that module: it takes 7 ms.
class Url(NamedTuple):
    """`text` is the whole address as it may be shown, without a password. `rest` is what stands between the
    scheme's colon and the `?`; its meaning is the wire's.
    """

    text: str
    scheme: str
    rest: str
    options: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Url({self.text!r})"

    def seconds(self, option: str, default_s: float) -> float:
        """The option as a number of seconds, 0 or more."""
        text = self.options.get(option)
        if text is None:
            return default_s
        try:
            value_s = float(text)
        except ValueError:
            value_s = -1.0
        if not 0 <= value_s < float("inf"):
            raise Refused(f"{self.text}: {option}={text} is not a number of seconds")
        return value_s


def without_password(text: str) -> str:
    """An address as it may be shown: `scheme://user:***@host`.

    Everything up to the last `@` goes: one may have forgotten to write that of a password as %40.
    """
    head, slashes, rest = text.partition("://")
    secret, at, place = rest.rpartition("@")
    user, colon, _ = secret.partition(":")
    return f"{head}{slashes}{user}:***{at}{place}" if slashes and at and colon else text


def parse(address: str) -> Url:
    """Split an address; an option without `=` or given twice is an error."""
    text = without_password(address)
    if text != address and set("/?#") & set(address.partition("://")[2].rpartition("@")[0]):
        raise Refused(f"{text}: write / ? # and @ in a password or an option as %2F %3F %23 and %40")
    scheme, colon, rest = address.partition(":")
    if not colon or not scheme:
        raise Refused(
            f"{text!r} is not a wire's address: it begins with a scheme and a colon, as in ramdrive:/run/x"
        )
    rest, _, query = rest.partition("?")
    options: dict[str, str] = {}
    for part in query.split("&") if query else ():
        name, equals, value = part.partition("=")
        if not equals or not name:
            raise Refused(f"{text}: the option {part!r} must read name=value")
        if name in options:
            raise Refused(f"{text}: the option {name} is given twice")
        options[name] = value
    return Url(text, scheme, rest, options)
