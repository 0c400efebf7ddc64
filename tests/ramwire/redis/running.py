"""A Redis of the test's own: the real program, on a port of the loopback and in a directory of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import pytest
from ramwire.testing.addresses import free_port
from ramwire.testing.process import thread_states, until


def _version() -> tuple[int, ...]:
    """Of redis-server; () where it is not installed."""
    if shutil.which("redis-server") is None:
        return ()
    told = subprocess.run(["redis-server", "--version"], capture_output=True, check=True, text=True).stdout
    found = re.search(r"v=(\d+)\.(\d+)", told)
    return tuple(map(int, found.groups())) if found else ()


IS_HERE = _version() >= (6, 2)


class Redis:
    """Started when made; killed on leaving."""

    def __init__(self, directory: Path, *options: str, tls: Tls | None = None) -> None:
        if not IS_HERE:
            pytest.skip("it needs Debian's redis-server, 6.2 or later")
        self.port = free_port()
        self.directory = directory
        self._socket = directory / "redis.socket"
        self._tls = tls
        place = ["--bind", "127.0.0.1", "--dir", str(directory), "--unixsocket", str(self._socket)]
        ports = tls.options(self.port) if tls else ["--port", str(self.port)]
        log = ["--logfile", str(directory / "redis.log")]
        self._command: Sequence[str] = ["redis-server", *place, *ports, *log, "--save", "", *options]
        self.start()

    def start(self) -> None:
        """Again, with whatever it has kept."""
        self._socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        until(lambda: self._process.poll() is not None or self._answers())
        assert self._process.poll() is None, (self.directory / "redis.log").read_text()

    def _answers(self) -> bool:
        """By the socket, where no password or certificate is asked for before PING is heard at all."""
        asked = subprocess.run(self.cli("PING"), capture_output=True, check=False, text=True)
        return "PONG" in asked.stdout or "NOAUTH" in asked.stdout

    def cli(self, *arguments: str) -> list[str]:
        """A command line of redis-cli."""
        return ["redis-cli", "-s", str(self._socket), *arguments]

    def ask(self, *arguments: str) -> str:
        """What redis-cli prints, and no more."""
        done = subprocess.run(self.cli(*arguments), capture_output=True, check=True, text=True, timeout=10)
        return done.stdout.strip()

    def url(self, service: str = "service", account: str = "", options: str = "") -> str:
        scheme = "rediss" if self._tls else "redis"
        ca = f"&ca={self._tls.ca}" if self._tls else ""
        return f"{scheme}://{account}127.0.0.1:{self.port}/0?service={service}{ca}{options}"

    @property
    def pid(self) -> int:
        return self._process.pid

    def pause(self) -> None:
        """SIGSTOP, and wait until it stands still."""
        os.kill(self.pid, signal.SIGSTOP)
        until(lambda: all(state == "T" for state in thread_states(self.pid)))

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """`kill -9`, and wait until it is gone."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Redis:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()


class Tls:
    """An authority, and a certificate that it has signed for 127.0.0.1."""

    def __init__(self, directory: Path) -> None:
        self.ca = directory / "ca.pem"
        self.key = directory / "redis.key"
        self.cert = directory / "redis.pem"
        ca_key, request = directory / "ca.key", directory / "redis.csr"
        new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        authority = ("-x509", "-days", "2", "-subj", "/CN=test")
        usage = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
        _openssl("req", *authority, *usage, *new_key, "-keyout", ca_key, "-out", self.ca)
        _openssl("req", *new_key, "-keyout", self.key, "-out", request, "-subj", "/CN=127.0.0.1")
        names = directory / "names"
        # All that Python asks for from 3.13 on, and the authority's usage above.
        names.write_text("subjectAltName=IP:127.0.0.1\nauthorityKeyIdentifier=keyid\n")
        signing = ("-CA", self.ca, "-CAkey", ca_key, "-CAcreateserial", "-extfile", names)
        _openssl("x509", "-req", "-in", request, *signing, "-out", self.cert, "-days", "2")

    def options(self, port: int) -> list[str]:
        """Of redis-server: TLS on this port, and nothing else on any."""
        certificate = ["--tls-cert-file", str(self.cert), "--tls-key-file", str(self.key)]
        authority = ["--tls-ca-cert-file", str(self.ca), "--tls-auth-clients", "no"]
        return ["--port", "0", "--tls-port", str(port), *certificate, *authority]


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
