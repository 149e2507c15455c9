"""What the tests of ``mx.sym.np`` look at: a graph's text, and its numbers along two ways."""

from __future__ import annotations

import json

from compat_tests.inputs import attempt, numbers

FLOATS = {"x": ("float32", (3, 4)), "y": ("float32", (3, 4)), "z": ("float32", (3, 4))}


def made(mx, spec):
    """Make the arrays of a spec: (dtype, shape), or a list of values with a dtype before it."""
    found = {}
    for name, (dtype, shape, *limits) in spec.items():
        values = shape if isinstance(shape, list) else numbers(dtype, shape, name, *limits)
        found[name] = mx.np.array(values, dtype=dtype)
    return found


def spec_of(case, spec=None):
    """Return the inputs that a case's function names, from ``spec`` or all floats (3, 4)."""
    code = case.__code__
    return {
        name: (spec or {}).get(name, FLOATS["x"]) for name in code.co_varnames[2 : code.co_argcount]
    }


def watch(mx, case, spec=None, values=True):
    """Build ``case(np, npx, *symbols)``; return the graph, its outputs' names, shapes, numbers.

    The numbers come from ``eval``, and from a block that calls the case, hybridized and not.
    """
    spec = spec_of(case, spec)
    with mx.name.NameManager():
        symbols = [mx.sym.var(name).as_np_ndarray() for name in spec]
        out = case(mx.sym.np, mx.sym.npx, *symbols)
    several = isinstance(out, (list, tuple))
    kind = type(out).__name__
    head = mx.sym.Group(list(out), mx.sym.np._Symbol) if several else out
    graph = json.loads(head.tojson())
    seen = [kind, graph["nodes"], graph["heads"], head.list_outputs()]
    if values:
        arrays = made(mx, spec)
        shapes = {name: array.shape for name, array in arrays.items()}
        types = {name: array.dtype for name, array in arrays.items()}
        seen.append(attempt(head.infer_shape, **shapes))
        seen.append(attempt(head.infer_type, **types))
        seen.append(attempt(lambda: head.eval(ctx=mx.cpu(), **arrays)))
        if arrays:
            seen += [attempt(block(mx, case, way), *arrays.values()) for way in (True, False)]
    return seen


def block(mx, case, hybrid):
    """Make a block of a case."""

    class Net(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, *inputs):
            return case(F.np, F.npx, *inputs)

    net = Net()
    net.hybridize(hybrid)
    return net
