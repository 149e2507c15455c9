"""Run a script, module, string or standard input as ``__main__``, the way python itself does.

Not ``runpy.run_path``: that takes the module away when the program ends, while exit handlers,
threads and multiprocessing still need it.
"""

from __future__ import annotations

import importlib.util
import io
import os
import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType, TracebackType
from typing import Any

from . import alias

_STARTUP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "startup")
_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def run(args: list[str]) -> int:
    """Run the program that ``args`` names under the alias; return 0, or 1 or 2 if there is none."""
    alias.install()
    _pass_on()
    if not args:
        return _interact() if sys.stdin.isatty() else _run_stdin(["-"])
    first, rest = args[0], args[1:]
    if first in ("-m", "-c") and not rest:
        return _refuse(f"argument expected for the {first} option", 2)
    if first == "-m":
        return _run_module(rest[0], rest[1:])
    if first == "-c":
        _set_path("")
        sys.argv[:] = ["-c", *rest[1:]]
        return _execute(_main_module(), rest[0] + "\n", "<string>")
    if first == "-":
        return _run_stdin(args)
    if first.startswith("-"):
        return _refuse(f"unknown option {first} (python's own options go before -m mxshim)", 2)
    return _run_path(first, args)


def _pass_on() -> None:
    """Let the processes that the program starts install the alias too."""
    os.environ[alias.VARIABLE] = "1"
    inherited = os.environ.get("PYTHONPATH")
    paths = inherited.split(os.pathsep) if inherited else []
    if _STARTUP not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join([_STARTUP, *paths])


def _run_stdin(argv: list[str]) -> int:
    _set_path("")
    sys.argv[:] = argv
    module = _main_module(__file__="<stdin>", __cached__=None)
    return _execute(module, sys.stdin.read(), "<stdin>")


def _run_path(path: str, argv: list[str]) -> int:
    """Run a script, or the ``__main__`` of a folder or zip archive."""
    full = os.path.abspath(path)
    sys.argv[:] = argv
    if not os.path.isfile(full) or _is_archive(full):
        spec = PathFinder.find_spec("__main__", [full])
        if spec is None and os.path.exists(full):
            return _refuse(f"can't find '__main__' module in {full!r}", 1)
        if spec is not None:
            _set_path(full)
            return _run_spec(spec, "__main__")
    try:
        with io.open_code(full) as file:
            source = file.read()
    except OSError as error:
        return _refuse(f"can't open file {full!r}: [Errno {error.errno}] {error.strerror}", 2)
    _set_path(os.path.dirname(os.path.realpath(full)))
    loader = SourceFileLoader("__main__", full)
    return _execute(_main_module(__file__=full, __loader__=loader, __cached__=None), source, full)


def _is_archive(path: str) -> bool:
    import zipfile

    return not path.endswith(".py") and zipfile.is_zipfile(path)


def _run_module(name: str, args: list[str]) -> int:
    sys.argv[:] = ["-m", *args]
    _set_path(os.getcwd())
    spec = _find(name)
    if spec is not None and spec.submodule_search_locations is not None:
        package, name = name, name + ".__main__"
        spec = _find(name)
        if spec is None:
            return _refuse(
                f"No module named {name}; {package!r} is a package and cannot be directly executed",
                1,
            )
    if spec is None:
        return _refuse(f"No module named {name}", 1)
    return _run_spec(spec, name)


def _find(name: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            return None
        raise


def _run_spec(spec: ModuleSpec, name: str) -> int:
    loader: Any = spec.loader
    code = loader.get_code(name) if hasattr(loader, "get_code") else None
    if code is None:
        return _refuse(f"No code object available for {name}", 1)
    if spec.origin is not None:
        sys.argv[0] = spec.origin if name != "__main__" else sys.argv[0]
    module = _main_module(
        __file__=spec.origin,
        __cached__=spec.cached,
        __loader__=loader,
        __package__=spec.parent,
        __spec__=spec,
    )
    return _execute(module, code)


def _set_path(first: str) -> None:
    """Replace what python put first on ``sys.path`` for mxshim by what it puts for the program."""
    if not getattr(sys.flags, "safe_path", False):
        sys.path[:1] = [first]
    if PathFinder.find_spec(alias.REAL) is None:  # mxshim was found in the current folder
        sys.path.append(_ROOT)


def _main_module(**attributes: Any) -> ModuleType:
    module = ModuleType("__main__")
    vars(module).update(attributes, __builtins__=sys.modules["builtins"])
    sys.modules["__main__"] = module
    return module


def _execute(module: ModuleType, source: str | bytes | CodeType, filename: str = "") -> int:
    """Execute the program; leave its exceptions to python, with the program's own frames only."""
    try:
        if not isinstance(source, CodeType):
            source = compile(source, filename, "exec", dont_inherit=True)
        exec(source, vars(module))
    except SystemExit:
        raise
    except BaseException as error:
        assert error.__traceback__ is not None  # this frame
        _show_only(error.__traceback__.tb_next)
        raise
    return 0


def _show_only(frames: TracebackType | None) -> None:
    """Have the exception that now ends the process printed with ``frames`` only."""
    hook = sys.excepthook

    def excepthook(
        kind: type[BaseException], error: BaseException, _: TracebackType | None
    ) -> None:
        sys.excepthook = hook
        hook(kind, error.with_traceback(frames), frames)

    sys.excepthook = excepthook


def _interact() -> int:
    import code

    _set_path("")
    sys.argv[:] = [""]
    console = vars(_main_module())
    code.interact(f"Python {sys.version}\n'import mxnet' gives mxshim.", local=console, exitmsg="")
    return 0


def _refuse(message: str, status: int) -> int:
    print(f"{sys.executable} -m mxshim: {message}", file=sys.stderr)
    return status
