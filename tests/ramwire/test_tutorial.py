"""Every line of the tutorial does what it says."""

from __future__ import annotations

import doctest
from pathlib import Path

TUTORIAL = Path(__file__).parents[2] / "docs" / "ramwire-tutorial.md"
FOLDER = "/dev/shm"


def test_tutorial_does_what_it_says(drive: Path) -> None:
    # Short: the path of a Unix socket has little room.
    text = TUTORIAL.read_text().replace(FOLDER, str(drive))
    test = doctest.DocTestParser().get_doctest(text, {}, TUTORIAL.name, str(TUTORIAL), 0)
    said: list[str] = []
    outcome = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(test, out=said.append)
    assert outcome.attempted > 20
    assert "".join(said) == ""
