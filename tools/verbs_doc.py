#!/usr/bin/env python3
"""Write docs/verbs.md from the table of verbs, the shapes and the errors in octoland_api.

python -m tools.verbs_doc            write it
python -m tools.verbs_doc --check    write nothing; exit 1 if it is stale
"""

from __future__ import annotations

import argparse
import enum
import inspect
import sys
from collections.abc import Iterable, Iterator
from functools import singledispatch
from pathlib import Path

import msgspec
from msgspec import inspect as shape_of
from octoland_api import VERBS, Verb, errors, shapes
from octoland_api.verbs import Key

PAGE = Path(__file__).resolve().parent.parent / "docs" / "verbs.md"

_HEAD = """\
# The verbs of the printer's service

<!-- Made by tools/verbs_doc.py from src/octoland-api: edit there, then `make docs`. -->

The plugin OctoPrint-OctoLand serves these verbs on the RAM drive, at `ramdrive:/home/pi/ramdrive/octoprint`.
How a request and its answer are written says [the protocol](protocol/ramdrive.md); with no library at all:

```sh
cd ~/ramdrive/octoprint
printf 'status\\n' > server/$(date +%Y%m%d%H%M%S)_1.json      # the answer: client/…_1.json
```

With the library:

```python
import ramwire

with ramwire.Client("ramdrive:/home/pi/ramdrive/octoprint") as printer:
    printer.call("temperature.set", key="…", heater="bed", celsius=60)
```

Arguments are named. A request is checked in this order: its key, the permission of the key's user, its
arguments, whether the printer can do it now. What is refused does not reach the printer. A command is
answered when OctoPrint has taken it; what it brings about is told by `events`.

**Key.** Each verb but the two that ask for a key takes the argument `key`: an API key of OctoPrint, a
user's own or one that `key.request` brought. It is checked at every request, and again when a waiting
`events` is answered. The plugin's setting `status_without_key` (on by default) lets `status` and
`events` be read without one; `events` then tells of the status alone.

**Waiting verbs** answer when there is something to say, at the latest after `wait_s`. Give the call a
longer timeout than that.
"""


def page() -> str:
    parts = [_HEAD, "## Verbs\n", *_table(VERBS.values())]
    for verb in VERBS.values():
        parts += _verb(verb)
    parts += ["## Shapes\n", _sentences(shapes)]
    for shape in _shapes():
        parts += _shape(shape)
    parts += ["## Errors\n", *_errors()]
    return "\n".join(parts)


def _table(verbs: Iterable[Verb]) -> Iterator[str]:
    yield "| verb | what it does | permission in OctoPrint | answers |"
    yield "|---|---|---|---|"
    for verb in verbs:
        waits = ", may wait" if verb.waits else ""
        yield (
            f"| [`{verb.name}`](#{_anchor(verb.name)}) | {verb.summary} "
            f"| {_permission(verb)} | {_reply(verb)}{waits} |"
        )
    yield ""


def _permission(verb: Verb) -> str:
    if verb.permission is None:
        return "none, and no key"
    return f"`{verb.permission}`{', or no key' if verb.key is Key.SETTING else ''}"


def _reply(verb: Verb) -> str:
    return "null" if verb.reply is None else _link(verb.reply)


def _verb(verb: Verb) -> Iterator[str]:
    yield f"### {verb.name}\n"
    note = _note(verb.arguments)
    yield f"{verb.summary}{' ' + note if note else ''}\n"
    fields = _fields(verb.arguments)
    if fields:
        yield from _field_table("argument", fields)
    if verb.refuses:
        yield f"Refused with {', '.join(f'`{kind.__name__}`' for kind in verb.refuses)}.\n"


def _shapes() -> list[type]:
    """All shapes that a reply can hold, in the order in which they stand in their module."""
    found = [
        value
        for value in vars(shapes).values()
        if inspect.isclass(value) and value.__module__ == shapes.__name__
    ]
    return [value for value in found if value is not shapes.Record]


def _shape(shape: type) -> Iterator[str]:
    yield f"### {shape.__name__} object\n"
    yield f"{_note(shape)}\n"
    if issubclass(shape, enum.Enum):
        yield ", ".join(f"`{member.value}`" for member in shape) + "\n"
        return
    tag = getattr(shape.__struct_config__, "tag", None)  # type: ignore[attr-defined] # set by msgspec
    if tag:
        yield f'Its field `type` is `"{tag}"`.\n'
    fields = _fields(shape)
    if fields:
        yield from _field_table("field", fields)


def _fields(struct: type) -> tuple[shape_of.Field, ...]:
    told = shape_of.type_info(struct)
    if not isinstance(told, shape_of.StructType):
        raise TypeError(f"{struct} is no struct")
    return told.fields


def _field_table(title: str, fields: tuple[shape_of.Field, ...]) -> Iterator[str]:
    yield f"| {title} | type | default |"
    yield "|---|---|---|"
    for field in fields:
        yield f"| `{field.name}` | {_type(field.type)} | {_default(field)} |"
    yield ""


def _default(field: shape_of.Field) -> str:
    if field.required:
        return ""
    if isinstance(field.default, msgspec.Struct):
        return "all unknown"
    value = None if field.default is msgspec.NODEFAULT else field.default
    return f"`{msgspec.json.encode(value).decode()}`"


@singledispatch
def _type(told: shape_of.Type) -> str:
    """A type in words of JSON."""
    raise TypeError(f"no words for {told}")


@_type.register
def _(told: shape_of.Metadata) -> str:
    description = (told.extra_json_schema or {}).get("description")
    return f"{_type(told.type)}: {description}" if description else _type(told.type)


@_type.register
def _(told: shape_of.UnionType) -> str:
    return " or ".join(_type(each) for each in told.types)


@_type.register
def _(told: shape_of.VarTupleType) -> str:
    return f"array of {_type(told.item_type)}{_span(told.min_length, told.max_length, 'of them')}"


@_type.register
def _(told: shape_of.LiteralType) -> str:
    return ", ".join(f'`"{value}"`' for value in told.values)


@_type.register(shape_of.StructType)
@_type.register(shape_of.EnumType)
def _(told: shape_of.StructType | shape_of.EnumType) -> str:
    return _link(told.cls)


@_type.register
def _(told: shape_of.StrType) -> str:
    return f"string{_span(told.min_length, told.max_length, 'characters')}"


@_type.register(shape_of.FloatType)
@_type.register(shape_of.IntType)
def _(told: shape_of.FloatType | shape_of.IntType) -> str:
    kind = "integer" if isinstance(told, shape_of.IntType) else "number"
    above = f" above {told.gt:g}" if told.gt is not None else ""
    return f"{kind}{above}{_span(told.ge, told.le, '')}"


@_type.register
def _(_told: shape_of.BoolType) -> str:
    return "true or false"


@_type.register
def _(_told: shape_of.NoneType) -> str:
    return "null"


def _span(least: float | None, most: float | None, unit: str) -> str:
    if least is None and most is None:
        return ""
    text = f"{least:g} to {most:g}" if least is not None and most is not None else ""
    text = text or (f"at least {least:g}" if most is None else f"at most {most:g}")
    return f", {text} {unit}".rstrip()


def _errors() -> Iterator[str]:
    yield (
        "An error's kind is the name of its class, its text says what is wrong and what to do. On the "
        "drive it is a file `….error` with `KIND: text`; the library raises `RemoteError` with `.kind` "
        "and `.text`.\n"
    )
    tree = (errors.__doc__ or "").split("\n\n")[1]
    yield f"```text\n{inspect.cleandoc(tree)}\n```\n"


def _note(thing: type) -> str:
    """The thing's own docstring on one line; an inherited one does not count."""
    note = thing.__dict__.get("__doc__")
    return " ".join(inspect.cleandoc(note).split()) if note else ""


def _sentences(module: object) -> str:
    paragraphs = inspect.cleandoc(module.__doc__ or "").split("\n\n")
    return "\n\n".join(paragraphs[1:]) + "\n"


def _link(shape: type) -> str:
    return f"[{shape.__name__}](#{shape.__name__.lower()}-object)"


def _anchor(heading: str) -> str:
    return heading.lower().replace(".", "")


def main() -> int:
    parser = argparse.ArgumentParser(description="Write docs/verbs.md from the table of verbs.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is stale")
    check: bool = parser.parse_args().check
    made = page()
    if check:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made:
            return 0
        print("docs/verbs.md is stale: run `make docs`", file=sys.stderr)
        return 1
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
