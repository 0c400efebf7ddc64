"""A server that a signal's handler stops."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

STOPPED_BY_SIGNALS = """
import os, signal, sys, threading, time
import ramwire

def send_two():
    for pause_s in (0.002, number * 0.0001):
        time.sleep(pause_s)
        os.kill(os.getpid(), signal.SIGTERM)

for number in range(40):
    server = ramwire.Server(sys.argv[1])
    signal.signal(signal.SIGTERM, lambda *_: server.stop())
    server.start()
    sender = threading.Thread(target=send_two)
    sender.start()
    server.wait()
    sender.join()
print("stopped", number + 1)
"""


def test_signals_that_come_close_together_stop_the_server(drive: Path) -> None:
    command = [sys.executable, "-c", STOPPED_BY_SIGNALS, f"ramdrive:{drive}/service"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("stopped 40\n", "")
