"""A server whose forked child lives on, for the tests of every wire that has a place to hold."""

from __future__ import annotations

import os

from ramwire.testing import ServiceProcess

import ramwire


def succeed_a_server_whose_child_lives_on(url: str) -> None:
    """Its clients see that it has gone, and its place is free for another."""
    server = ramwire.Server(url)
    wait, release = os.pipe()
    born, is_born = os.pipe()

    @server.verb
    def branch() -> int:
        pid = os.fork()
        if pid == 0:
            os.write(is_born, b"x")
            os.read(wait, 1)
            os._exit(0)
        os.read(born, 1)  # it lets go of what it inherited before it does anything else
        return pid

    with server, ramwire.Client(url, timeout=10.0) as client:
        child = client.call("branch")
    try:
        with ServiceProcess(url), ramwire.Client(url, timeout=10.0) as client:
            assert client.call("echo", 1) == 1
    finally:
        os.write(release, b"x")
        os.waitpid(child, 0)
        for fd in (release, wait, born, is_born):
            os.close(fd)
