"""The plain Debian that a container starts from, made by mmdebstrap because no image registry may answer.

Kept by the hash of its recipe: in the engine as `octoland-base:SUITE-HASH`, and as a tar under `.cache/base`
for an engine that has been emptied.
"""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SUITES = ("trixie", "bookworm")
# What a freshly flashed Debian has and the roles may count on; everything else is theirs to install.
PACKAGES = (
    "ca-certificates",
    "dbus",
    "iproute2",
    "procps",
    "python3",
    "sudo",
    "systemd",
    "systemd-sysv",
    "tzdata",
)
CACHE = Path(".cache/base")
HOST_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
DEBIAN_CERTIFICATES = Path("/usr/share/ca-certificates")
GUEST_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
PIP_SETTINGS = ("global.cert", "global.index-url", "global.extra-index-url", "global.proxy", "global.timeout")
PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.DOTALL)


class NoImage(Exception):
    """The base image could not be made; the text says which step failed."""


@dataclass(frozen=True)
class Recipe:
    """All that decides what is in the image."""

    suite: str
    packages: tuple[str, ...]
    certificates: tuple[str, ...]
    """PEM blocks that this machine trusts beyond Debian's own: a network may have an authority of its own."""
    pip_conf: str
    """`/etc/pip.conf` of the image, or nothing."""

    @property
    def name(self) -> str:
        # The steps below are part of the recipe.
        digest = hashlib.sha256(repr(self).encode() + Path(__file__).read_bytes()).hexdigest()
        return f"octoland-base:{self.suite}-{digest[:12]}"

    @property
    def tar(self) -> Path:
        return CACHE / (self.name.partition(":")[2] + ".tar")


def recipe(suite: str, packages: tuple[str, ...] = PACKAGES) -> Recipe:
    return Recipe(suite, packages, extra_certificates(), pip_conf(host_pip_settings()))


def extra_certificates() -> tuple[str, ...]:
    """The certificates of the host's bundle that Debian's package did not bring."""
    if not HOST_BUNDLE.exists():
        return ()
    trusted = PEM.findall(HOST_BUNDLE.read_text("utf-8", "replace"))
    shipped = {
        block.strip()
        for file in DEBIAN_CERTIFICATES.rglob("*.crt")
        for block in PEM.findall(file.read_text("utf-8", "replace"))
    }
    return tuple(sorted({block.strip() + "\n" for block in trusted if block.strip() not in shipped}))


def host_pip_settings() -> dict[str, str]:
    """What `pip config list` says here, by its full names (`global.cert`)."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    pairs = (line.partition("=") for line in listed.stdout.splitlines() if "=" in line)
    return {key: value.strip().strip("'\"") for key, _, value in pairs}


def pip_conf(settings: Mapping[str, str]) -> str:
    """The part of the host's pip settings that holds in a container too: no folder of the host is there."""
    lines = []
    for name in PIP_SETTINGS:
        value = settings.get(name, "")
        if name == "global.cert" and value:
            value = GUEST_BUNDLE
        # Addresses come in one value, parted by newlines or blanks.
        words = [word for word in value.replace("\\n", " ").split() if not word.startswith("file:")]
        if words:
            lines.append(f"{name.partition('.')[2]} = {' '.join(words)}\n")
    return "[global]\n" + "".join(lines) if lines else ""


def ensure(wanted: Recipe) -> str:
    """The name of an image that the engine has; made first where it is missing."""
    if _engine_has(wanted.name):
        return wanted.name
    if not wanted.tar.exists():
        _build(wanted)
    print(f"Importing {wanted.name}", file=sys.stderr, flush=True)
    _run("docker import", ["docker", "import", str(wanted.tar), wanted.name])
    return wanted.name


def _engine_has(image: str) -> bool:
    inspect = ["docker", "image", "inspect", image]
    return subprocess.run(inspect, capture_output=True, check=False).returncode == 0


def _build(wanted: Recipe) -> None:
    print(f"Making a plain Debian {wanted.suite} with mmdebstrap: half a minute", file=sys.stderr, flush=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as made:
        for number, block in enumerate(wanted.certificates):
            (Path(made) / f"host-{number}.crt").write_text(block)
        (Path(made) / "pip.conf").write_text(wanted.pip_conf)
        part = Path(made) / "root.tar"
        mmdebstrap = [
            "mmdebstrap",
            "--quiet",
            "--variant=minbase",
            f"--include={','.join(wanted.packages)}",
            '--aptopt=Acquire::Languages "none"',
            *_hooks(wanted, Path(made).absolute()),
            wanted.suite,
            str(part),
        ]
        _run("mmdebstrap", mmdebstrap)
        shutil.move(part, wanted.tar)


def _hooks(wanted: Recipe, made: Path) -> list[str]:
    trusted = '"$1"/usr/local/share/ca-certificates'
    commands = []
    if wanted.certificates:
        commands.append(f"mkdir -p {trusted} && cp {shlex.quote(str(made))}/host-*.crt {trusted}/")
        commands.append('chroot "$1" update-ca-certificates')
    if wanted.pip_conf:
        commands.append(f'install -m 0644 {shlex.quote(str(made / "pip.conf"))} "$1"/etc/pip.conf')
    # Each container is a machine of its own: systemd makes its identity at the first start.
    commands.append('echo uninitialized > "$1"/etc/machine-id')
    return [f"--customize-hook={command}" for command in commands]


def _run(step: str, command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoImage(f"{step} failed with {done.returncode}:\n{(done.stderr or done.stdout)[-2000:]}")
