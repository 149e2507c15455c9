"""The command line: run a program as ``python`` would, with ``import mxnet`` giving mxshim."""

from __future__ import annotations

import sys

USAGE = """\
usage: python -m mxshim [-m module | -c code | script.py | -] [args ...]
       python -m mxshim run ...     the same
       python -m mxshim doctor      say what is installed and where data is looked for
       python -m mxshim im2rec ...  list images or pack them into record files (see --help)

Runs a program as python does, except that 'import mxnet' gives mxshim, in it and in the processes
it starts. Without a program: standard input, or an interactive session on a terminal.
"""


def main(argv: list[str] | None = None) -> int:
    """Run the command line ``argv`` (without the program's name); return the exit status.

    The program's own exceptions, SystemExit among them, pass through.
    """
    args = list(sys.argv[1:] if argv is None else argv)
    first = args[0] if args else None
    if first in ("-h", "--help"):
        print(USAGE, end="")
        return 0
    if first in ("-V", "--version"):
        import mxshim

        print(f"mxshim {mxshim.__shim_version__} (for programs of MXNet {mxshim.__version__})")
        return 0
    if first == "doctor":
        from . import doctor

        return doctor.main()
    if first == "im2rec":
        from importlib import import_module

        return import_module("mxshim.image._im2rec").main(args[1:])
    from . import runner

    return runner.run(args[1:] if first == "run" else args)
