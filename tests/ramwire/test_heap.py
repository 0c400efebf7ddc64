"""What large values cost."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import resource
from ramwire import pickles
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
value = "0123456789abcdef" * (1 << 16)
for _ in range(5):
    pickles.loads(pickles.dumps(value))
before = faults()
for _ in range(100):
    pickles.loads(pickles.dumps(value))
print(faults() - before)
"""


def test_memory_of_large_values_is_used_again() -> None:
    """Mapped anew for each, a hundred of a megabyte make some 75,000 page faults."""
    faults = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True
    ).stdout
    assert int(faults) < 5000
