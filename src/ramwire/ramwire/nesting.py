"""How much a pickle makes its reader hash, found out without reading it.

A tuple of twice the same tuple, of twice the same, and so on, takes two bytes for each level; to hash it
takes twice as long for each, with everything else at a standstill.
"""

from __future__ import annotations

import pickletools
from collections.abc import Mapping
from typing import Optional, Union, cast

from ramwire.errors import BadMessage

_MOST_ITEMS = 1_000_000
_HAVE_NO_HASH = frozenset(
    {"APPEND", "APPENDS", "SETITEM", "SETITEMS", "ADDITEMS", "LIST", "DICT", "EMPTY_LIST", "EMPTY_DICT"}
)
_PUTS = frozenset({"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"})
_GETS = frozenset({"GET", "BINGET", "LONG_BINGET"})


def _taken(opcode: pickletools.OpcodeInfo) -> tuple[bool, int, bool]:
    """Whether it takes all to the mark, how many from below that, and whether it leaves an object."""
    before = opcode.stack_before
    to_mark = pickletools.markobject in before
    count = before.index(pickletools.markobject) if to_mark else len(before)
    return to_mark, count, bool(opcode.stack_after)


_TAKEN: Mapping[str, tuple[bool, int, bool]] = {opcode.name: _taken(opcode) for opcode in pickletools.opcodes}


class Nesting:
    """Follows the reader's stack; of each object it knows as how many it counts when it is hashed."""

    def __init__(self, size_bytes: int) -> None:
        self._most = max(_MOST_ITEMS, size_bytes)
        self._stack: list[Optional[int]] = []  # None is a mark
        self._memo: dict[int, Optional[int]] = {}

    def follow(self, name: str, number: Union[int, object]) -> None:
        """The next opcode. Raises `BadMessage`; and LookupError or TypeError for nonsense."""
        stack = self._stack
        if name == "MARK":
            stack.append(None)
        elif name in _PUTS:
            self._memo[len(self._memo) if name == "MEMOIZE" else cast("int", number)] = stack[-1]
        elif name in _GETS:
            stack.append(self._memo[cast("int", number)])
        elif name == "DUP":
            stack.append(stack[-1])
        elif name == "POP":
            stack.pop()
        else:
            self._make(name)

    def _make(self, name: str) -> None:
        to_mark, count, is_left = _TAKEN[name]
        items = 1
        if to_mark:
            while (above := self._stack.pop()) is not None:
                items += above
        for _ in range(count):
            items += cast("int", self._stack.pop())
        if not is_left:
            return
        if name in _HAVE_NO_HASH:
            items = 1
        if items > self._most:
            raise BadMessage(f"a pickle that cannot be read: one of its objects counts as {items}")
        self._stack.append(items)
