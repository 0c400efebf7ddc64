"""Pickles that carry plain values only, and a reader that resolves nothing beyond them.

Reading a pickle can run any code that the process can import. Ours names its classes in a short list, none of
which does anything when made; anything else is a `BadMessage`.
"""

from __future__ import annotations

import io
import pickle
from importlib import import_module

from ramwire.errors import BadMessage

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

_STACK_GLOBAL = b"\x93"
_PROTOCOL = 4


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        module = _PYTHON_2.get(module, module)
        if (module, name) not in _HARMLESS:
            raise pickle.UnpicklingError(f"it names {module}.{name}, and only plain values are read")
        return getattr(import_module(module), name)

    def persistent_load(self, pid: object) -> object:
        raise pickle.UnpicklingError(f"it names a persistent object {pid!r}")


def loads(data: bytes) -> object:
    """The value in a pickle of plain values; `BadMessage` for any other content."""
    try:
        return _PlainUnpickler(io.BytesIO(data)).load()
    except Exception as error:
        raise BadMessage(f"a pickle that cannot be read: {error}") from error


def dumps(value: object) -> bytes:
    """The pickle of a plain value; `BadMessage` for one that `loads` would refuse."""
    try:
        data = pickle.dumps(value, _PROTOCOL)
    except Exception as error:
        raise BadMessage(f"a {type(value).__name__} cannot be pickled: {error}") from error
    # In this protocol one opcode alone brings in classes: where its byte is nowhere, there is none.
    if _STACK_GLOBAL in data:
        try:
            loads(data)
        except BadMessage as error:
            raise BadMessage(f"a {type(value).__name__} is not a plain value: {error.__cause__}") from error
    return data
