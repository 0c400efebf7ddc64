"""The verbs of a service: names bound to functions, called by a request's line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Callable

from ramwire import line as lines
from ramwire.errors import BadMessage

Function = Callable[..., object]


class UnknownVerb(BadMessage):
    """No verb of that name; the text lists the nearest."""


class WrongArguments(BadMessage):
    """The verb is there, but not with these arguments; the text gives its signature."""


class Verbs(Mapping[str, Function]):
    """The table of one service."""

    def __init__(self) -> None:
        self._functions: dict[str, Function] = {}

    def add(self, name: str, function: Function) -> None:
        """Bind a name that is free."""
        lines.check_verb(name)
        if name in self._functions:
            raise ValueError(f"the verb {name} is served already")
        self._functions[name] = function

    def __getitem__(self, name: str) -> Function:
        return self._functions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)

    def run(self, line: bytes) -> object:
        """Call the verb that the line asks for; whatever it returns or raises is the answer."""
        verb, positional, named = lines.take_apart(line)
        function = self._functions.get(verb)
        if function is None:
            raise self._unknown(verb)
        try:
            return function(*positional, **named)
        except TypeError as error:
            wrong = _wrong_arguments(verb, function, positional, named)
            if wrong is None:
                raise
            raise wrong from error

    def _unknown(self, verb: str) -> UnknownVerb:
        from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

        near = get_close_matches(verb, self._functions, n=3)
        if near:
            return UnknownVerb(f"there is no verb {verb}; did you mean {' or '.join(near)}?")
        return UnknownVerb(
            f"there is no verb {verb}; there is {', '.join(sorted(self._functions)) or 'none'}"
        )


def _wrong_arguments(verb: str, function: Function, positional: Any, named: Any) -> WrongArguments | None:
    """The error to give if the arguments do not fit, so that a TypeError from inside the verb stays one."""
    import inspect  # noqa: PLC0415 - slow to import, and only a mistake needs it

    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None  # a builtin without a signature
    try:
        signature.bind(*positional, **named)
    except TypeError as error:
        plain = [parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
        signature = signature.replace(parameters=plain, return_annotation=signature.empty)
        return WrongArguments(f"{error}; it is {verb}{signature}")
    return None
