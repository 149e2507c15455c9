"""``python -m mxshim [-m module | -c code | script.py | -] [args]``: run a program under the alias."""

from __future__ import annotations

import sys

from mxshim._shim.cli import main

if __name__ == "__main__":
    sys.exit(main())
