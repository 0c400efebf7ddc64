"""Properties of what reads pid files: whatever they are called and hold, this process, which handles neither
signal, outlives it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import ramwire

MOST_PIDS = 2**22  # of Linux: a number beyond is nobody's, and no test signals a process that is not its own
names = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=60).filter(
    lambda name: name not in (".", "..") and not name.isdecimal()
)
pids = st.integers(MOST_PIDS + 1, 2**34).map(str) | st.just(str(os.getpid()))
contents = st.binary(max_size=250) | st.from_regex(r"[0-9]{1,25}( [0-9a-f-]{36})?\n?", fullmatch=True).map(
    str.encode
)


@contextmanager
def presence() -> Iterator[tuple[ramwire.Presence, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pids").mkdir(mode=0o700)
        yield ramwire.Presence(f"signal:{folder}"), Path(folder) / "pids"


@given(names | pids, contents)
def test_any_file_signals_nobody_who_has_not_asked_for_it(name: str, content: bytes) -> None:
    with presence() as (server, folder):
        (folder / name).write_bytes(content)
        with server.announce() as told:
            assert os.getpid() not in told


@given(contents)
def test_any_content_is_told_or_struck_off_or_left(content: bytes) -> None:
    with presence() as (server, folder):
        file = folder / str(os.getpid())
        file.write_bytes(content)
        with server.announce() as told:
            assert told == []
        assert file.exists() == (len(content) > 200)
