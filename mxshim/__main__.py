"""``python -m mxshim [-m module | -c code | script.py | -] [args]``: the command line."""

from __future__ import annotations

import sys

from mxshim._shim.cli import main

if __name__ == "__main__":
    sys.exit(main())
