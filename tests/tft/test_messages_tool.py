"""The tool that takes words out of the sources and checks their translations."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import messages

PAGE = """
from octoland_tft.language import N_, ngettext, pgettext
from octoland_tft.language import gettext as _

LABEL = N_("Label")
said = _("A whole sentence.")
counted = ngettext("{count} file", "{count} files", 3)
point = pgettext("decimal separator", ".")
"""
LAYOUT = """
#:import tr octoland_tft.language.translator
<Page>:
    text: tr._("On") if root.on else tr._("Off: ready")
    note:
        root.note
    hint: \\
        tr.ngettext("one {count}", "many {count}", 2) + "tr._('not this')"
"""
CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Gone long ago"
msgstr "Schon lange weg"

msgid "A whole sentence."
msgstr "Ein ganzer Satz."
"""


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "locale").mkdir()
    (tmp_path / "page.py").write_text(PAGE)
    (tmp_path / "page.kv").write_text(LAYOUT)
    monkeypatch.setattr(messages, "SCREEN", tmp_path)
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    return tmp_path


@pytest.mark.usefixtures("sources")
def test_words_are_found_in_code_and_layout() -> None:
    found = {message.id for message in messages.template() if message.id}

    assert found == {
        "Label",
        "A whole sentence.",
        ("{count} file", "{count} files"),
        ".",
        "On",
        "Off: ready",
        ("one {count}", "many {count}"),
    }


def test_a_catalogue_gains_what_is_new_and_loses_what_is_gone(sources: Path) -> None:
    path = sources / "locale/de.po"
    path.write_text(CATALOGUE)

    fresh = messages.brought_up_to_date("de", path, messages.template()).decode()

    assert "Schon lange weg" not in fresh
    assert 'msgstr "Ein ganzer Satz."' in fresh
    assert 'msgid "Label"\nmsgstr ""' in fresh


def test_bringing_up_to_date_twice_changes_nothing(sources: Path) -> None:
    path = sources / "locale/de.po"
    path.write_text(CATALOGUE)
    path.write_bytes(messages.brought_up_to_date("de", path, messages.template()))

    assert messages.brought_up_to_date("de", path, messages.template()) == path.read_bytes()


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "{file} is done"\nmsgstr ""', "is not translated"),
        ('msgid "{file} is done"\nmsgstr "{datei} ist fertig"', "the placeholders must be file"),
        ('#, fuzzy\nmsgid "{file} is done"\nmsgstr "{file} ist fertig"', "is marked as fuzzy"),
        (
            'msgid "{count} file"\nmsgid_plural "{count} files"\nmsgstr[0] "{count} Datei"\nmsgstr[1] ""',
            "is not translated",
        ),
        ('msgid "{file} is done"\nmsgstr "{file} ist fertig"', None),
    ],
)
def test_a_faulty_translation_is_named(sources: Path, entry: str, fault: str | None) -> None:
    path = sources / "locale/de.po"
    header = CATALOGUE.partition('msgid "Gone')[0]
    path.write_text(f"{header}{entry}\n")

    found = list(messages.faults(path))

    assert len(found) == (1 if fault else 0)
    assert not fault or fault in found[0]


def test_words_that_are_not_in_the_call_are_refused(sources: Path) -> None:
    (sources / "page.kv").write_text("<Page>:\n    text: tr._(root.words)\n")

    with pytest.raises(SystemExit, match="must stand in the call itself"):
        messages.template()
