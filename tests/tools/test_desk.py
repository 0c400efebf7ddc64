"""How `make desk` learns of saved pages, without OctoPrint and screen."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tools.desk import NoDesk, wait_for_save


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """The two ends of what the watcher writes."""
    read, written = os.pipe()
    yield read, written
    os.close(read)


@pytest.fixture
def living_screen() -> Iterator[int]:
    """A descriptor on which nothing is heard."""
    silent, held = os.pipe()
    yield silent
    os.close(silent)
    os.close(held)


def test_saved_page_is_told_and_other_files_are_not(pipe: tuple[int, int], living_screen: int) -> None:
    read, written = pipe
    os.write(written, b"4913\nhome.kv\n")
    assert wait_for_save(read, living_screen)
    os.close(written)


def test_watcher_that_has_ended_is_told_in_words(pipe: tuple[int, int], living_screen: int) -> None:
    read, written = pipe
    os.write(written, b"notes.txt\n")
    os.close(written)
    with pytest.raises(NoDesk, match="inotifywait"):
        wait_for_save(read, living_screen)
