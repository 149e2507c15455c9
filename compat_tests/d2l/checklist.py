"""The functions that a library has for its users, read from its source."""

from __future__ import annotations

import ast
from pathlib import Path


def functions(path):
    """Return the names of a file's public functions, and methods as Class.method, by their line.

    A redefined one counts where it is defined last; a decorated one begins with its decorator.
    """
    found = {}
    for node in ast.parse(Path(path).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            methods = {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}
            assert methods, f"{node.name} has no methods: say how to tell whether it was used"
            found.update((f"{node.name}.{name}", method) for name, method in methods.items())
    return {_first_line(node): name for name, node in found.items() if not name.startswith("_")}


def _first_line(node):
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])
