"""Figures, times and sizes in each language."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from octoland_tft import figures
from octoland_tft.language import ngettext, translator

NOW_S = time.mktime((2026, 11, 21, 14, 32, 0, 0, 0, -1))
HOUR_S, DAY_S = 3600, 86400


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    translator.use("en")
    yield
    translator.use("en")


def plain(text: str) -> str:
    return text.replace(figures.HARD_SPACE, " ")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Sat 21 Nov", "0.2 mm", "12.4 GB", "yesterday 14:32", "1–3 of 9"]),  # noqa: RUF001
        ("it", ["sab 21 nov", "0,2 mm", "12,4 GB", "ieri 14:32", "1–3 di 9"]),  # noqa: RUF001
        ("es", ["sáb 21 nov", "0,2 mm", "12,4 GB", "ayer 14:32", "1–3 de 9"]),  # noqa: RUF001
        ("fr", ["sam. 21 nov.", "0,2 mm", "12,4 Go", "hier 14:32", "1–3 sur 9"]),  # noqa: RUF001
        ("de", ["Sa, 21. Nov.", "0,2 mm", "12,4 GB", "gestern 14:32", "1–3 von 9"]),  # noqa: RUF001
    ],
)
def test_each_language_writes_its_own_way(language: str, expected: list[str]) -> None:
    translator.use(language)

    written = [
        figures.date(NOW_S),
        figures.millimetres(0.2),
        figures.size(12_400_000_000),
        figures.moment(NOW_S - DAY_S, NOW_S),
        translator._("{first}–{last} of {total}").format(first=1, last=3, total=9),  # noqa: RUF001
    ]

    assert [plain(text) for text in written] == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (2520, "42 min"),
        (3600, "1 h 0 min"),
        (6840, "1 h 54 min"),
        (2 * DAY_S + 3 * HOUR_S, "2 d 3 h"),
        (-5, "0 s"),
    ],
)
def test_durations_are_short(seconds: float, expected: str) -> None:
    assert plain(figures.duration(seconds)) == expected


@given(st.floats(min_value=0, max_value=1e9))
def test_a_duration_never_has_more_of_a_unit_than_there_is(seconds: float) -> None:
    words = plain(figures.duration(seconds)).split()
    amounts = dict(zip(words[1::2], map(int, words[::2])))

    assert amounts.get("min", 0) < 60
    assert amounts.get("h", 0) < 24
    assert amounts.get("s", 0) <= 60


@pytest.mark.parametrize(
    ("ago_s", "expected"),
    [
        (60, "today 14:31"),
        (DAY_S, "yesterday 14:32"),
        (5 * DAY_S, "16 Nov 14:32"),
        (400 * DAY_S, "17 Oct 2025"),
    ],
)
def test_moments_are_told_from_now(ago_s: float, expected: str) -> None:
    assert figures.moment(NOW_S - ago_s, NOW_S) == expected


@pytest.mark.parametrize(
    ("size_bytes", "expected"),
    [(0, "0 bytes"), (999, "999 bytes"), (2_400, "2 kB"), (2_400_000, "2.4 MB"), (29_100_000_000, "29.1 GB")],
)
def test_sizes_are_in_decimal_units(size_bytes: int, expected: str) -> None:
    assert plain(figures.size(size_bytes)) == expected


def test_what_is_not_known_is_a_dash() -> None:
    assert figures.degrees(None) == figures.percent(None) == figures.degrees_celsius(None) == "\u2013"


def test_filament_is_weighed_where_that_is_known() -> None:
    assert plain(figures.filament(4020, 12)) == "12 g"
    assert plain(figures.filament(4020, None)) == "4.0 m"
    assert figures.filament(None, None) == ""


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [("en", "1 file", "8 files"), ("it", "1 file", "8 file"), ("de", "1 Datei", "8 Dateien")],
)
def test_one_is_not_many(language: str, one: str, many: str) -> None:
    translator.use(language)

    assert ngettext("{count} file", "{count} files", 1).format(count=1) == one
    assert ngettext("{count} file", "{count} files", 8).format(count=8) == many
