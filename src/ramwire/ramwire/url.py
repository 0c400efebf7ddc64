"""A wire's address: `scheme:rest?option=value&option=value`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ramwire.errors import Refused


# No dataclass where every program that uses a wire would wait for that module: it takes 7 ms.
class Url(NamedTuple):
    """`rest` is what stands between the scheme's colon and the `?`; its meaning is the wire's."""

    text: str
    scheme: str
    rest: str
    options: Mapping[str, str]

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


def parse(text: str) -> Url:
    """Split an address; an option without `=` or given twice is an error."""
    scheme, colon, rest = text.partition(":")
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
