"""Write ``compat_tests/spec``: MXNet 1.9.1's operator registry and its public Python surface.

    ORACLE scripts/dump_spec.py [folder] [--check]

ORACLE is the interpreter that scripts/make_oracle.sh made; ``--check`` fails when a file is stale.

``ops.json`` maps every registered operator name to ``args`` (name and typed text of each),
``var_args`` (the parameter that counts variable inputs) or, for an alias, to ``real``.
``surface.json`` maps a dotted name to its kind (``module``, ``class``, ``function``, ``property``,
``value``) with, for what can be called, the signature as ``compat_tests.signatures`` writes it.
"""

from __future__ import annotations

import ctypes
import inspect
import json
import sys
import types
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from compat_tests.signatures import kind_of, members, signature_text  # noqa: E402

SHORT = {"ndarray": "nd", "symbol": "sym", "numpy": "np", "numpy_extension": "npx"}
"""Module names under which the census and users know the front ends."""

HIDDEN = (
    "op",
    "register",
    "_internal",
    "_op",
    "_register",
    "ndarray_doc",
    "symbol_doc",
    "numpy_op_fallback",
    "fallback",
)
OFFERED = ["mx.test_utils.np_symbol"]
"""Private classes that are public under another module's name only."""
OFFERS_UTILITIES = ["mxnet." + name for name in [*SHORT, "random"]]
"""Modules that offer names of other rooms (``npx.set_np``, ``mx.random.uniform``)."""


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    folder = Path(arguments[0]) if arguments else ROOT / "compat_tests" / "spec"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mxnet

        if mxnet.__version__ != "1.9.1" or "mxshim" in sys.modules:
            sys.exit("dump_spec: run me under real MXNet 1.9.1")
        tables = {"ops.json": operators(mxnet.base._LIB), "surface.json": surface(mxnet)}
    for name, table in tables.items():
        path, text = folder / name, written(table)
        if "--check" not in sys.argv:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            sys.exit(f"{path} is stale: run scripts/dump_spec.py with the reference")
        print(f"{path}: {len(table)} names")


def written(table):
    """Return the text of a table, one entry per line, sorted by name."""
    lines = [f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in table.items()]
    return "{\n" + ",\n".join(sorted(lines)) + "\n}\n"


def operators(library):
    """Ask the C library for every operator name and its typed parameters."""
    count, names = ctypes.c_uint(), ctypes.POINTER(ctypes.c_char_p)()
    check(library, library.MXListAllOpNames(ctypes.byref(count), ctypes.byref(names)))
    public = [names[i].decode() for i in range(count.value)]
    public = sorted(name for name in public if "backward" not in name)
    table, holder = {}, {}
    for name in public:
        real, args, variable = describe(library, name)
        key = json.dumps([real, args, variable])
        if (real != name and real in public) or key in holder:
            table[name] = {"real": real if real in public else holder[key]}
            continue
        holder[key] = name
        table[name] = {"args": args}
        if variable:
            table[name]["var_args"] = variable
    return table


def describe(library, name):
    """Return ``(name of the record, [[argument, type], ...], counting parameter)``."""
    text, texts = ctypes.c_char_p, ctypes.POINTER(ctypes.c_char_p)
    handle = ctypes.c_void_p()
    check(library, library.NNGetOpHandle(text(name.encode()), ctypes.byref(handle)))
    real, about, count = text(), text(), ctypes.c_uint()
    names, kinds, told = texts(), texts(), texts()
    variable, returned = text(), text()
    places = (real, about, count, names, kinds, told, variable, returned)
    check(library, library.MXSymbolGetAtomicSymbolInfo(handle, *map(ctypes.byref, places)))
    args = [[names[i].decode(), kinds[i].decode()] for i in range(count.value)]
    return real.value.decode(), args, (variable.value or b"").decode()


def check(library, code):
    if code:
        library.MXGetLastError.restype = ctypes.c_char_p
        raise RuntimeError(library.MXGetLastError().decode())


def surface(mxnet):
    """Walk the package: the public names of every public module, the members of every class."""
    table, seen = {"mx": ["module"]}, {mxnet}
    waiting = [("mx", mxnet)]
    while waiting:
        waiting.sort(key=lambda pair: pair[0].count("."))
        owner, module = waiting.pop(0)
        for name, value in sorted(vars(module).items()):
            path = f"{owner}.{name}"
            if name.startswith("_") or not (path in OFFERED or belongs(value, module)):
                continue
            if isinstance(value, types.ModuleType):
                path = canonical(path, value)
                if value not in seen:
                    seen.add(value)
                    table[path] = ["module"]
                    waiting.append((path, value))
                continue
            table[path] = entry(value)
            if inspect.isclass(value) and value not in seen:
                seen.add(value)
                for member, held in members(value):
                    table[f"{path}.{member}"] = entry(held)
    return table


def belongs(value, module):
    """Tell whether a module's global is offered there on purpose, not just imported for its own
    use.

    The front ends offer whatever their submodules define, and generated functions name no true
    home.
    """
    if isinstance(value, types.ModuleType):
        parts = value.__name__.split(".")
        return parts[0] == "mxnet" and not (parts[-1].startswith("gen_") or parts[-1] in HIDDEN)
    if not inspect.isclass(value) and not inspect.isroutine(value):
        return isinstance(value, (int, float, str, bool, type(None)))
    home = getattr(value, "__module__", None) or ""
    if module.__name__ == "mxnet":
        return home.startswith("mxnet.")
    if inspect.isroutine(value) and not home.startswith("mxnet."):
        return home in ("ndarray", "symbol", "numpy", "") or home.split(".")[0] in (
            "ndarray",
            "symbol",
            "numpy",
        )
    if module.__name__ in OFFERS_UTILITIES and home.startswith("mxnet."):
        return True
    return (
        home == module.__name__
        or home.startswith(module.__name__ + ".")
        or is_front(home, module.__name__)
    )


def is_front(home, module):
    """Tell whether both are rooms of one front end, as ``mxnet.ndarray.register`` is."""
    front = home.split(".")[1:2]
    return front == module.split(".")[1:2] and front[0] in SHORT


def canonical(path, module):
    """Name a front end's module the way users do: ``mx.nd.linalg``, not ``mx.ndarray.linalg``.

    So too where one front end holds another: ``mx.sym.np``.
    """
    parts = module.__name__.split(".")
    if len(parts) > 1:
        parts[1] = SHORT.get(parts[1], parts[1])
    if len(parts) > 2 and parts[2].startswith("numpy"):
        parts[2] = SHORT.get(parts[2], parts[2])
    return ".".join(["mx"] + parts[1:])


def entry(value):
    kind = kind_of(value)
    text = signature_text(value)
    return [kind] if text is None else [kind, text]


if __name__ == "__main__":
    main()
