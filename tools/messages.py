"""The screen's catalogues of words: `python -m tools.messages [--check]`.

Takes every word that is to be translated out of the screen's .py and .kv files and brings `locale/*.po` up to
date: new ones come in empty, those that are gone go. `--check` writes nothing and fails where a catalogue is
stale, lacks a translation, or has one whose placeholders differ.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import NamedTuple, Optional, Union

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

SCREEN = Path("src/octoland-tft/octoland_tft")
LOCALE = SCREEN / "locale"
# Which arguments of a call are words; (n, "c") is a context.
KEYWORDS = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
_IN_KV = re.compile(r"\btr\.(_|ngettext|pgettext)\(")
# Dates and tools' names would change with every run.
_UNSTEADY = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|Report).*\n', re.M
)

Text = Union[str, tuple[str, str]]


class Found(NamedTuple):
    """Words in a file: one text, or the singular and the plural."""

    file: str
    text: Text
    context: Optional[str]


def template() -> Catalog:
    """All words of the screen, none translated."""
    catalog = Catalog(project="octoland-tft", charset="utf-8")
    for path in sorted(SCREEN.rglob("*")):
        if path.suffix in (".py", ".kv"):
            for found in _of_python(path) if path.suffix == ".py" else _of_kv(path):
                catalog.add(found.text, locations=[(found.file, 0)], context=found.context)
    return catalog


def _of_python(path: Path) -> Iterator[Found]:
    with path.open("rb") as source:
        for _line, message, _comments, context in extract("python", source, keywords=KEYWORDS):
            words = (message[0], message[1]) if isinstance(message, tuple) else message
            yield Found(_name(path), words, context)


def _of_kv(path: Path) -> Iterator[Found]:
    """kv is no Python, but each value in it is."""
    for number, line in enumerate(_whole_lines(path.read_text()), 1):
        if not _IN_KV.search(line):
            continue
        expression = line.partition(":")[2].strip()
        try:
            tree = ast.parse(expression)
        except SyntaxError as error:
            raise SystemExit(f"{path}: line {number} has words, but is not understood: {error}") from error
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _IN_KV.match(ast.unparse(node)):
                yield _of_call(path, node)


def _of_call(path: Path, call: ast.Call) -> Found:
    texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    words = [text for text in texts if isinstance(text, str)]
    function = ast.unparse(call.func)
    if not words:
        raise SystemExit(f"{path}: {ast.unparse(call)}: the words must stand in the call itself")
    if function == "tr.ngettext":
        return Found(_name(path), (words[0], words[1]), None)
    if function == "tr.pgettext":
        return Found(_name(path), words[1], words[0])
    return Found(_name(path), words[0], None)


def _whole_lines(text: str) -> list[str]:
    return text.replace("\\\n", " ").split("\n")


def _name(path: Path) -> str:
    return str(path.relative_to(SCREEN))


def catalogues() -> dict[str, Path]:
    return {path.stem: path for path in sorted(LOCALE.glob("*.po"))}


def brought_up_to_date(code: str, path: Path, words: Catalog) -> bytes:
    """What the catalogue's file should hold."""
    with path.open("rb") as source:
        catalog = read_po(source, locale=code)
    catalog.update(words, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return _written(catalog)


def _written(catalog: Catalog) -> bytes:
    catalog.fuzzy = False
    catalog.header_comment = f"# The screen's words: {catalog.locale.english_name}."
    file = io.BytesIO()
    write_po(file, catalog, width=100, include_lineno=False, sort_by_file=True)
    return _UNSTEADY.sub(b"", file.getvalue())


def faults(path: Path) -> Iterator[str]:
    """What is wrong with the translations of one catalogue."""
    with path.open("rb") as source:
        catalog = read_po(source, locale=path.stem)
    for message in catalog:
        if message.id:
            fault = _fault(message)
            if fault:
                yield f"{path}: {message.id!r}: {fault}"


def _fault(message: Message) -> Optional[str]:
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    string = message.string or ""
    translations = [string] if isinstance(string, str) else list(string)
    if message.fuzzy:
        return "is marked as fuzzy"
    if not all(translations):
        return "is not translated"
    wanted = placeholders(originals[-1])
    for translation in translations:
        if placeholders(translation) != wanted:
            return f"the placeholders must be {', '.join(sorted(wanted)) or 'none'}"
    return None


def placeholders(text: str) -> set[str]:
    """The names in braces: {"file", "percent"}."""
    return {name for _text, name, _format, _conversion in Formatter().parse(text) if name is not None}


def main() -> int:
    parser = argparse.ArgumentParser(prog="messages", description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where something is stale")
    check = parser.parse_args().check
    words = template()
    wrong: list[str] = []
    for code, path in catalogues().items():
        fresh = brought_up_to_date(code, path, words)
        if fresh != path.read_bytes():
            if check:
                wrong.append(f"{path} is stale: run `python -m tools.messages`")
            else:
                path.write_bytes(fresh)
        wrong += faults(path)
    for line in wrong:
        print(line)
    if not check:
        print(f"{len(words)} texts, {len(catalogues())} catalogues, {len(wrong)} left to do")
    return 1 if wrong and check else 0


if __name__ == "__main__":
    sys.exit(main())
