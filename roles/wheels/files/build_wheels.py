"""Build the wheels of every distribution in a folder, and print what was built as JSON.

    build_wheels.py SOURCE CACHE

prints `{"folder": "CACHE/…", "wheels": {"ramwire": {"file": "ramwire-….whl", "sha256": "…"}, …}}`. The cache
holds one folder for each state of the source: where the source is as it was, nothing is built. Runs on the
controller.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# Made by builds and runs, not written by anybody.
_DERIVED_FOLDERS = {"__pycache__", "build", "dist"}
_DERIVED_SUFFIXES = (".pyc", ".mo", ".egg-info")
# Wheels are zip files, which carry times from 1980 on; 2020-01-01 makes equal sources equal wheels.
_SOURCE_DATE_EPOCH = "1577836800"


def source_files(source: Path) -> list[Path]:
    """Every file that somebody wrote, sorted."""
    found = []
    for folder, folders, names in os.walk(source):
        folders[:] = sorted(
            name for name in folders if name not in _DERIVED_FOLDERS and not name.endswith(_DERIVED_SUFFIXES)
        )
        found += [Path(folder, name) for name in names if not name.endswith(_DERIVED_SUFFIXES)]
    return sorted(found)


def fingerprint(source: Path) -> str:
    """A name for this state of the source: 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for file in source_files(source):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(source)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def build(source: Path, target: Path) -> None:
    """Build every distribution under `source` into wheels in `target`."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    if importlib.util.find_spec("hatchling"):
        # The builder is here already: no network is needed.
        command.append("--no-build-isolation")
    distributions = [str(project.parent) for project in sorted(source.glob("*/pyproject.toml"))]
    subprocess.run(
        [*command, "--wheel-dir", str(target), *distributions],
        check=True,
        stdout=sys.stderr,
        env={**os.environ, "SOURCE_DATE_EPOCH": _SOURCE_DATE_EPOCH},
    )


def built_folder(source: Path, cache: Path) -> Path:
    """The folder with the wheels of this state of the source, building them where it is not there yet."""
    folder = cache / fingerprint(source)
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(dir=cache, prefix=".unfinished-"))
        try:
            build(source, unfinished)
            unfinished.chmod(0o755)
            unfinished.rename(folder)
        except OSError:
            # Another run may have been first; its wheels are the same.
            if not folder.is_dir():
                raise
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def describe(folder: Path) -> dict[str, dict[str, str]]:
    """Each distribution's wheel and the SHA-256 of its content."""
    return {
        wheel.name.split("-")[0].replace("_", "-"): {
            "file": wheel.name,
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        }
        for wheel in sorted(folder.glob("*.whl"))
    }


def main(source: str, cache: str) -> None:
    """Build where needed, then print the folder and the wheels."""
    folder = built_folder(Path(source), Path(cache))
    json.dump({"folder": str(folder), "wheels": describe(folder)}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
