"""The content of the shared file: `{"commands": {UUID: {"command": ..., "args": [...]}}}`.

What is read is checked piece by piece, so that one bad entry harms no other; what is another program's is
kept as it was. Our own ends write compactly: a foreign program that writes in place without truncating, as
the article's does, then never leaves the tail of a longer text behind its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, Optional, cast

from ramwire import line as lines
from ramwire.errors import BadMessage, Refused, RemoteError

MAX_FILE_BYTES = 16 << 20
_MOST_LEVELS = 200
_MOST_LEVELS_IN_FILE = 400
"""Python reads some levels more than it writes again, from where the program stands then."""
_LATEST_S = 1e12

is_seat = re.compile(r"[0-9a-f]{16}").fullmatch
"""Whether a text is a seat's token."""
_has_long_number = re.compile(r"[0-9]{1000}").search
_texts = re.compile(rb'"(?:[^"\\]|\\.)*"')
_NO_BRACKETS = bytes(sorted(set(range(256)) - set(b"[]{}")))
_SQUARE = bytes.maketrans(b"{}", b"[]")


class Broken(Exception):
    """The file is not what it should be. `salvage` is what can be read of it all the same."""

    def __init__(self, why: str, salvage: Commands | None = None) -> None:
        super().__init__(why)
        self.salvage = salvage


class TooLarge(Refused):
    """The shared file has no room for it."""


class Taken(NamedTuple):
    """Who has taken a foreign request: a server's process, and that very run of it."""

    pid: int
    run: str


class Entry:
    """One command, with its answer once it has one."""

    __slots__ = ("fields",)

    def __init__(self, fields: dict[str, object]) -> None:
        self.fields = fields

    @property
    def seat(self) -> str | None:
        """Whose it is, where a client of ours has sent it."""
        seat = self.fields.get("from")
        return seat if isinstance(seat, str) and is_seat(seat) else None

    @property
    def is_note(self) -> bool:
        return self.fields.get("note") is True

    @property
    def is_hello(self) -> bool:
        return self.fields.get("command") == "Hello" and not self.fields.get("args")

    @property
    def is_answered(self) -> bool:
        return "result" in self.fields or "error" in self.fields

    @property
    def taken(self) -> Taken | None:
        taken = self.fields.get("taken")
        if not isinstance(taken, dict):
            return None
        pid, run = taken.get("pid"), taken.get("run")
        return Taken(pid if isinstance(pid, int) else 0, run if isinstance(run, str) else "")

    def take(self, taken: Taken) -> None:
        self.fields["taken"] = {"pid": taken.pid, "run": taken.run}

    @property
    def since(self) -> float | None:
        """When somebody first saw it unanswered, by the clock; None where nobody has said what can be."""
        since = self.fields.get("since")
        return float(since) if isinstance(since, (int, float)) and abs(since) < _LATEST_S else None

    def line(self) -> bytes:
        """The request's line. `BadMessage` for what is none."""
        command, args = self.fields.get("command"), self.fields.get("args", [])
        if not isinstance(command, str):
            raise BadMessage('its "command" is not a text')
        if isinstance(args, dict):
            return lines.encode(command, (), args)
        if isinstance(args, list):
            return lines.encode(command, args)
        raise BadMessage('its "args" are neither a list nor an object')

    def answer(self, answer: Answered) -> None:
        """Add what `outcome` reads."""
        self.fields.pop("taken", None)
        self.fields.pop("since", None)
        if answer.field == "result":
            self.fields["result"] = answer.value
        else:
            self.fields["error"] = answer.value
            if answer.kind:
                self.fields["kind"] = answer.kind

    def outcome(self) -> object:
        """The result; raises `RemoteError` for an error."""
        if "error" not in self.fields:
            return self.fields["result"]
        error, kind = self.fields["error"], self.fields.get("kind")
        text = error if isinstance(error, str) else json.dumps(error)
        raise RemoteError(text, kind if isinstance(kind, str) else "")


class Answered(NamedTuple):
    """What is added to an entry."""

    field: Literal["result", "error"]
    value: object
    kind: Optional[str] = None


def result(value: object) -> Answered:
    """A verb's value. `BadMessage` where JSON cannot say it."""
    check_value(value, f"a {type(value).__name__}")
    return Answered("result", value)


def failure(error: BaseException) -> Answered:
    """What a verb has raised."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - whatever it was, its caller is to have an answer
        text = "(its text cannot be told)"
    return Answered("error", text, type(error).__name__)


def check_value(value: object, what: str) -> None:
    """Raise `BadMessage` for what others could not read from the file."""
    try:
        text = _encode(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise BadMessage(f"{what} cannot be written as JSON: {error}") from error
    if _has_long_number(text) and _longest_number(value) > 999:
        raise BadMessage(f"{what} has a number of more than 999 digits")
    if _is_deep(text.encode(), _MOST_LEVELS):
        raise BadMessage(f"{what} is nested more than {_MOST_LEVELS} levels deep")


def _longest_number(value: object) -> int:
    if isinstance(value, int):
        return len(str(value))
    if isinstance(value, Mapping):
        return max(map(_longest_number, value.values()), default=0)
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return max(map(_longest_number, value), default=0)
    return 0


def _is_deep(text: bytes, most_levels: int) -> bool:
    if text.count(b"[") + text.count(b"{") <= most_levels:
        return False
    brackets = _texts.sub(b"", text).translate(_SQUARE, _NO_BRACKETS)
    for _ in range(most_levels):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")  # the innermost of each
    return bool(brackets)


class Commands:
    """All entries, in the order in which they were added. `changed` says that they are to be written."""

    def __init__(self, entries: dict[str, Entry], beside: Mapping[str, object]) -> None:
        """`beside` is what stands in the file beside the commands: it is another's, and kept."""
        self.entries = entries
        self._beside = beside
        self.changed = False
        self.is_fresh = False

    @classmethod
    def none(cls) -> Commands:
        """The content of a fresh file."""
        fresh = cls({}, {})
        fresh.changed = fresh.is_fresh = True
        return fresh

    def add(self, uuid: str, entry: Entry) -> None:
        self.entries[uuid] = entry
        self.changed = True

    def remove(self, uuid: str) -> Entry | None:
        entry = self.entries.pop(uuid, None)
        self.changed = self.changed or entry is not None
        return entry

    def strangers(self) -> Iterator[tuple[str, Entry]]:
        """The entries of clients that are not ours."""
        return ((uuid, entry) for uuid, entry in self.entries.items() if entry.seat is None)

    def encode(self) -> bytes:
        """The file's new content. `TooLarge` where it would have too many bytes."""
        content = dict(self._beside)
        content["commands"] = {uuid: entry.fields for uuid, entry in self.entries.items()}
        # Another's NaN is written as it was read: only its own entry is refused.
        data = _encode(content, allow_nan=True).encode()
        if len(data) > MAX_FILE_BYTES:
            raise TooLarge(f"the shared file would have {len(data)} bytes; {MAX_FILE_BYTES} are the most")
        return data


def _encode(value: object, allow_nan: bool) -> str:
    return json.dumps(value, allow_nan=allow_nan, separators=(",", ":"))


def decode(data: bytes) -> Commands:
    """The commands in a file's content. Raises `Broken`."""
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise Broken("it is not UTF-8") from error
    if not text:
        return Commands.none()  # `touch` makes such a file
    parse_int = _short_number if _has_long_number(text) else None
    try:
        content, end = json.JSONDecoder(parse_int=parse_int).raw_decode(text)
    except RecursionError as error:
        raise Broken("it is nested too deeply") from error
    except ValueError as error:
        raise Broken(f"it is not JSON: {error}") from error
    if _is_deep(data, _MOST_LEVELS_IN_FILE):
        raise Broken("it is nested too deeply")
    commands = _commands(content)
    if end != len(text):
        # Written in place over a longer text, without truncating: the new one is whole.
        commands.changed = True
        raise Broken("something follows its JSON", commands)
    return commands


def _short_number(digits: str) -> int:
    if len(digits) > 1000:
        raise ValueError("a number has more than 999 digits")
    return int(digits)


def _commands(content: object) -> Commands:
    if not isinstance(content, dict) or not isinstance(content.get("commands", {}), dict):
        raise Broken('it is not an object with "commands" in it')
    beside = {name: value for name, value in content.items() if name != "commands"}
    entries = {}
    changed = False
    for uuid, fields in cast("dict[str, object]", content.get("commands", {})).items():
        if isinstance(fields, dict):
            entries[uuid] = Entry(fields)
        else:
            entries[uuid] = Entry(
                {"command": fields, "error": "a command is an object", "kind": "BadMessage"}
            )
            changed = True
    commands = Commands(entries, beside)
    commands.changed = changed
    return commands
