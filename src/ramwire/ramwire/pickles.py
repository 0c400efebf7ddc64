"""Pickles that carry plain values only, and a reader that resolves nothing beyond them.

Reading a pickle can run any code that the process can import. Ours names its classes in a short list, none of
which does anything when made, nor takes more room than its content; anything else is a `BadMessage`.
"""

from __future__ import annotations

import builtins
import io
import pickle
import re
from importlib import import_module
from typing import Callable, NoReturn, cast

from ramwire import heap
from ramwire.errors import BadMessage, RemoteError

_HARMLESS = frozenset(
    {
        ("builtins", "bytearray"),
        ("builtins", "complex"),
        ("builtins", "frozenset"),
        ("builtins", "range"),
        ("builtins", "set"),
        ("builtins", "slice"),
        ("collections", "OrderedDict"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "time"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("decimal", "Decimal"),
        ("fractions", "Fraction"),
        ("uuid", "UUID"),
    }
)
# How protocols 0 to 2, written by an older peer, spell the same.
_PYTHON_2 = {"__builtin__": "builtins"}

_LONGEST_FRACTION = 2000


class _Maker:
    """Stands for a class whose constructor would take a few bytes for gigabytes, or that a pickle could
    change. It has nothing itself that a pickle could set.
    """

    __slots__ = ("_make",)
    _make: Callable[..., object]

    def __init__(self, make: Callable[..., object]) -> None:
        object.__setattr__(self, "_make", make)

    def __call__(self, *args: object) -> object:
        return self._make(*args)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise pickle.UnpicklingError(f"it sets {name} on what it names")


def _bytearray(content: bytes | str = b"", *encoding: str) -> bytearray:
    if not isinstance(content, (bytes, str)):
        raise pickle.UnpicklingError("it makes a bytearray of something else than its content")
    return bytearray(content, *encoding) if isinstance(content, str) else bytearray(content)


def _set(content: list[object] | tuple[object, ...] = ()) -> set[object]:
    if not isinstance(content, (list, tuple)):
        raise pickle.UnpicklingError("it makes a set of something else than its content")
    return set(content)


def _fraction(numerator: str | int, denominator: int = 1) -> object:
    from fractions import Fraction  # noqa: PLC0415 - few replies need it

    if isinstance(numerator, str) and not _is_fraction(numerator):
        raise pickle.UnpicklingError("it makes a fraction of something else than two numbers")
    return Fraction(numerator) if isinstance(numerator, str) else Fraction(numerator, denominator)


_is_fraction = re.compile(rf"-?[0-9]{{1,{_LONGEST_FRACTION}}}(/[0-9]{{1,{_LONGEST_FRACTION}}})?").fullmatch
_MAKERS = {
    ("builtins", "bytearray"): _Maker(_bytearray),
    ("builtins", "frozenset"): _Maker(lambda content=(): frozenset(_set(content))),
    ("builtins", "set"): _Maker(_set),
    ("fractions", "Fraction"): _Maker(_fraction),
}

_UNTOLD = "(its text cannot be told)"
_LONGEST_TEXTS = 100_000

_FRAME_BYTES = 9
"""A letter, and the length in eight."""

_STACK_GLOBAL = b"\x93"
_PROTOCOL = 4


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        module = _PYTHON_2.get(module, module)
        if (module, name) not in _HARMLESS:
            raise pickle.UnpicklingError(f"it names {module}.{name}, and only plain values are read")
        maker = _MAKERS.get((module, name))
        return maker or getattr(import_module(module), name)

    def persistent_load(self, pid: object) -> object:
        raise pickle.UnpicklingError(f"it names a persistent object {pid!r}")


class _AnswerUnpickler(_PlainUnpickler):
    def find_class(self, module: str, name: str) -> object:
        of_python = _PYTHON_2.get(module, module) in ("builtins", "exceptions")
        kind = getattr(builtins, name, None) if of_python else None
        if isinstance(kind, type) and issubclass(kind, Exception):
            return _Maker(lambda *args: RemoteError(_error_text(kind, args), name))
        return super().find_class(module, name)


def _error_text(kind: type[Exception], args: tuple[object, ...]) -> str:
    # Before 3.11 Python writes a number of a million digits in minutes; a list may hold one.
    for arg in args:
        if not isinstance(arg, (str, int, float, type(None))) or (isinstance(arg, int) and abs(arg) >> 64):
            return _UNTOLD
    # One long text may be named again and again in a few bytes each.
    if len(args) > 1 and sum(len(arg) for arg in args if isinstance(arg, str)) > _LONGEST_TEXTS:
        return _UNTOLD
    return str(kind(*args))


def loads_foreign(data: bytes) -> object:
    """As `loads`, for what another program has written: its numbering is checked first.

    The reader makes a table as large as the largest number that a pickle gives to one of its objects.
    """
    return _load(_PlainUnpickler, _checked(data))


def loads_answer(data: bytes) -> object:
    """As `loads_foreign`; one of Python's own exceptions is read as the `RemoteError` of that kind."""
    return _load(_AnswerUnpickler, _checked(data))


def _checked(data: bytes) -> bytes:
    """The pickle without its frames. Raises `BadMessage` for a number that its size does not warrant, and for
    what it would take too long to hash.

    A frame that lies about its length has the reader go on elsewhere than where one looks.
    """
    import pickletools  # noqa: PLC0415 - peers that are not ours are few

    from ramwire.nesting import Nesting  # noqa: PLC0415 - as above

    most = len(data)
    nesting = Nesting(most)
    parts, begin = [], 0
    try:
        for opcode, number, at in pickletools.genops(data):
            if opcode.name in ("PUT", "LONG_BINPUT") and cast("int", number) >= most:
                raise BadMessage(f"a pickle that cannot be read: it has no object number {number}")
            if opcode.name == "FRAME":
                parts.append(data[begin:at])
                begin = cast("int", at) + _FRAME_BYTES
            nesting.follow(opcode.name, number)
    except BadMessage:
        raise
    except Exception as error:
        raise BadMessage(f"a pickle that cannot be read: {error}") from error
    return b"".join((*parts, data[begin:]))


def loads(data: bytes, start: int = 0) -> object:
    """The value in a pickle of plain values, which begins at `start`; `BadMessage` for any other content."""
    return _load(_PlainUnpickler, data, start)


def _load(reader: type[_PlainUnpickler], data: bytes, start: int = 0) -> object:
    if len(data) > heap.LARGE_BYTES:
        heap.keep()
    source = io.BytesIO(data)
    if start:
        source.seek(start)
    try:
        return reader(source).load()
    except Exception as error:
        raise BadMessage(f"a pickle that cannot be read: {error}") from error


def dumps(value: object) -> bytes:
    """The pickle of a plain value; `BadMessage` for one that `loads` would refuse."""
    try:
        data = pickle.dumps(value, _PROTOCOL)
    except Exception as error:
        raise BadMessage(f"a {type(value).__name__} cannot be pickled: {error}") from error
    if len(data) > heap.LARGE_BYTES:
        heap.keep()
    # In this protocol one opcode alone brings in classes: where its byte is nowhere, there is none.
    if _STACK_GLOBAL in data:
        try:
            loads(data)
        except BadMessage as error:
            raise BadMessage(f"a {type(value).__name__} is not a plain value: {error.__cause__}") from error
    return data
