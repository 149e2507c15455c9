"""The tree of a model as ``Block.save`` writes it: block names, child names, compiled graphs."""

from __future__ import annotations

from .. import symbol
from ..util import is_np_array


def write_tree(block):
    """Return the JSON form of a block's tree."""
    numbers = iter(range(1 << 30))

    def write(block, into):
        entry = into[_key(block, numbers)] = {"orig_name": block.name}
        if hasattr(block, "_cached_graph"):
            if block._cached_graph:
                inputs, out = block._cached_graph
                entry["in_format"] = block._in_format
                entry["out_format"] = block._out_format
                entry["inputs"] = [each.tojson() for each in inputs]
                entry["symbol"] = out.tojson()
            entry["hybridized"] = bool(block._cached_graph)
        names = entry["children"] = {}
        for name, child in block._children.items():
            names[child.name] = name
            write(child, entry)

    tree = {}
    write(block, tree)
    return tree


def read_tree(block, tree):
    """Give a block of the same structure the names that were saved."""
    numbers = iter(range(1 << 30))

    def read(block, saved):
        entry = saved[_key(block, numbers)]
        block._name = entry["orig_name"]
        if entry.get("hybridized"):
            _compile(block, entry)
        params = block.params._params
        skip = len(block.params._prefix)
        renamed = [(f"{block.name}_{name[skip:]}", param) for name, param in params.items()]
        params.clear()
        params.update(renamed)
        for child in block._children.values():
            read(child, entry)
        children = list(block._children.values())
        block._children.clear()
        block._children.update((entry["children"][child.name], child) for child in children)

    read(block, tree)


def _compile(block, entry):
    """Give a block the graph that was saved with it, and switch compilation on."""
    load = symbol.np.load_json if is_np_array() else symbol.load_json
    block._clear_cached_op()
    block._in_format, block._out_format = entry["in_format"], entry["out_format"]
    block._cached_graph = [load(text) for text in entry["inputs"]], load(entry["symbol"])
    block._active = True


def _key(block, numbers):
    return f"{type(block).__name__.lower()}{next(numbers)}"
