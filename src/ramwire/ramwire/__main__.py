"""`python -m ramwire`: the command, where no script is installed."""

from __future__ import annotations

import sys

from ramwire.command import main

if __name__ == "__main__":
    sys.exit(main())
