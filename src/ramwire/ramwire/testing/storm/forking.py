"""Forks programs that have imported everything already: a storm of a thousand takes minutes, not an hour.

`python -m ramwire.testing.storm.forking ADDRESS JOURNALS` reads a role and a number a line, says the pid,
and when it is ready.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import traceback

from ramwire import registry, url
from ramwire.testing.storm import ends
from ramwire.testing.storm.journal import Journal


def main() -> None:
    address, journals = sys.argv[1:]
    registry.check_wire(url.parse(address).scheme)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin.buffer:
        role, number = line.split()
        pid = os.fork()
        if pid == 0:
            _live(role.decode(), int(number), address, journals)
        _say(b"pid %d %d\n" % (int(number), pid))

    os.killpg(0, signal.SIGKILL)  # our owner has gone: with all that was forked


def _live(role: str, number: int, address: str, journals: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, ends.ASKED_TO_STOP)

    def ready() -> None:
        _say(b"ready %d\n" % number)

    faulthandler.enable()
    try:
        if role == "server":
            ends.serve(address, Journal(os.path.join(journals, "runs")), ready)
        else:
            ends.Caller(address, number, Journal(os.path.join(journals, "calls"))).run(ready)
    except BaseException:  # noqa: BLE001 - whatever it was, the verdict reads it
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(0)


def _say(line: bytes) -> None:
    os.write(1, line)


if __name__ == "__main__":
    main()
