"""Inference over graphs: shapes by the operators' rules, element types by their habits.

Unknown shapes are None, unknown lengths -1. Rules are asked again and again until nothing new is
learnt; a rule that cannot cope with what is unknown yet is asked in a later round.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy

from . import dtypes, rng
from .device import CPU
from .errors import MXNetError, incompatible, mxnet_error, shape_text
from .flags import flags
from .graph import Entry, GraphNode, located, ordered
from .rng.modern import ModernSampler
from .shapes import broadcast, same

Shape = tuple[int, ...] | None
Shapes = dict[tuple[int, int], Shape]
#: What a rule raises that met something unknown.
_BAFFLED = (TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError, KeyError)
#: Operators whose inputs and output all have one shape, whatever else their rule says.
_ALIKE = frozenset({"Activation", "BlockGrad", "_copy", "Cast", "Dropout", "softmax"})


def is_known(shape: Shape) -> bool:
    """Tell whether a shape is known entirely."""
    return shape is not None and -1 not in shape


def merged(old: Shape, new: Shape, node: GraphNode) -> Shape:
    """Join what two sources know about one shape; MXNetError when they contradict each other."""
    if old is None or new is None:
        return new if old is None else old
    if len(old) == len(new):
        pairs = list(zip(old, new, strict=True))
        if all(a == b or a == -1 or b == -1 for a, b in pairs):
            return tuple(b if a == -1 else a for a, b in pairs)
    raise mxnet_error(
        f"Error in operator {node.name}: Shape inconsistent, Provided = {shape_text(old)}, "
        f"inferred shape={shape_text(new)}",
        f"{node.name} was given the shape {old} where it needs {new}",
    )


def shapes(entries: Sequence[Entry], given: dict[str, Shape]) -> Shapes:
    """Infer the shape of every output in the graph; keys are (``id(node)``, output number)."""
    nodes = ordered(entries)
    known: Shapes = {}
    for node in nodes:
        if node.op is None:
            shape = given.get(node.name)
            if shape is None and "__shape__" in node.attrs:
                shape = read_shape(node.attrs["__shape__"])
            known[id(node), 0] = shape
    for _ in range(len(nodes) + 1):
        before = dict(known)
        for node in nodes:
            if node.op is not None:
                _ask(node, known)
        if known == before:
            break
    return known


def read_shape(text: str) -> Shape:
    """Read a shape that an attribute holds; a 0 is an unknown length, ``()`` an unknown shape."""
    inner = text.strip().strip("()[]")
    numbers = tuple(int(part) for part in inner.split(",") if part.strip())
    return tuple(-1 if n == 0 else n for n in numbers) or None


def _ask(node: GraphNode, known: Shapes) -> None:
    op = node.op
    assert op is not None
    keys = [(id(below), index) for below, index, _ in node.inputs]
    inputs: list[Shape] = [known.get(key) for key in keys]
    if op.shape_rule is None:
        if all(is_known(shape) for shape in inputs) and (id(node), 0) not in known:
            for index, shape in enumerate(_tried(node, inputs)):
                known[id(node), index] = shape
        return
    if op.shape_rule is same:
        inputs = _joined(inputs)
    if op.shape_rule is same or node.op_name in _ALIKE:
        whole = known.get((id(node), 0))
        inputs = [whole if shape is None else shape for shape in inputs]
    told = _told(node, inputs)
    if told is None:
        return
    found, outputs = told
    for key, old, new in zip(keys, inputs, found, strict=False):
        known[key] = merged(old, _clean(new), node)
    for index, shape in enumerate(outputs if isinstance(outputs, list) else [outputs]):
        told_shape = _clean(shape)
        if told_shape is not None and is_open(node):
            told_shape = tuple(n or -1 for n in told_shape)
        known[id(node), index] = merged(known.get((id(node), index)), told_shape, node)
    learn, result = _BACKWARDS.get(node.op_name), known.get((id(node), 0))
    if learn is not None and result is not None:
        known.update(zip(keys, learn([known[key] for key in keys], result), strict=True))


def _joined(inputs: list[Shape]) -> list[Shape]:
    """Let shapes that must be equal learn lengths from each other; a rule refuses those at odds."""
    known = [shape for shape in inputs if shape is not None]
    if len({len(shape) for shape in known}) != 1:
        return inputs
    lengths = [{*each} - {-1} for each in zip(*known, strict=True)]
    if any(len(found) > 1 for found in lengths):
        return inputs
    whole = tuple(found.pop() if found else -1 for found in lengths)
    return [None if shape is None else whole for shape in inputs]


def _same_batch(inputs: list[Shape], out: tuple[int, ...]) -> list[Shape]:
    """Tell the input of a layer its batch size when only the output's is known."""
    data, *others = inputs
    return [(out[0], *data[1:]) if data and data[0] == -1 else data, *others]


def _same_size(inputs: list[Shape], out: tuple[int, ...]) -> list[Shape]:
    """Tell an array that is reshaped its one unknown length."""
    (shape,) = inputs
    if shape is None or shape.count(-1) != 1 or not is_known(out):
        return inputs
    length = math.prod(out) // max(1, -math.prod(shape))
    return [tuple(length if n == -1 else n for n in shape)]


def _equal_shares(inputs: list[Shape], out: tuple[int, ...]) -> list[Shape]:
    """Share what the parameters of a recurrent layer have left among those of unknown size."""
    sizes = [shape[0] if shape else -1 for shape in inputs]
    if -1 not in sizes or not is_known(out):
        return inputs
    # mxnet: all get the same share, whatever their shapes; test_backwards
    share = (out[0] - sum(n for n in sizes if n != -1)) // sizes.count(-1)
    return [(share if n == -1 else n,) for n in sizes]


#: What operators that learn from their output know about their inputs.
_BACKWARDS: dict[str, Callable[[list[Shape], tuple[int, ...]], list[Shape]]] = {
    **dict.fromkeys(("FullyConnected", "Convolution", "Deconvolution"), _same_batch),
    **dict.fromkeys(("Reshape", "_np_reshape", "_npx_reshape"), _same_size),
    **dict.fromkeys(("_rnn_param_concat", "_npi_rnn_param_concat"), _equal_shares),
}


def is_open(node: GraphNode) -> bool:
    """Tell whether a node makes an array whose shape has lengths that its users decide.

    Legacy shapes write them as 0: the first states of a recurrent cell have the batch size 0.
    """
    return not node.inputs and not flags.np_shape and 0 in (node.params.get("shape") or ())


def _told(node: GraphNode, inputs: list[Shape]) -> Any:
    """Ask the rule, first without the shapes known in part, then with them; None: no answer."""
    op = node.op
    assert op is not None and op.shape_rule is not None
    absent = [] if op.variadic else [None] * (len(op.inputs) - len(inputs))
    params = dict.fromkeys(op.supplied) | node.params
    partly = [shape is not None and -1 in shape for shape in inputs]
    masked = [None if part and i else s for i, (s, part) in enumerate(zip(inputs, partly))]
    for attempt in [masked, inputs] if any(partly[1:]) else [masked]:
        try:
            return op.shape_rule(*attempt, *absent, **params)
        except MXNetError as error:
            # What is known in part was left out of the first attempt, so its refusal stands.
            if attempt is masked and (not inputs or is_known(inputs[0])):
                raise located(error, node) from None
        except _BAFFLED:
            continue  # too little is known yet
    return None


def _clean(shape: Any) -> Shape:
    """Return a rule's shape when it is one: rules may compute nonsense from unknown lengths."""
    if shape is None or not all(isinstance(n, (int, numpy.integer)) for n in shape):
        return None
    return tuple(-1 if n < 0 else int(n) for n in shape)


def _tried(node: GraphNode, inputs: Sequence[Shape]) -> list[tuple[int, ...]]:
    """Find the output shapes of an operator that has no rule by running it on zeros."""
    return [part.shape for part in _run(node, [numpy.zeros(s or (), "float32") for s in inputs])]


def _run(node: GraphNode, arrays: Sequence[Any]) -> list[Any]:
    """Run an operator on the host; return its outputs as NumPy arrays."""
    op = node.op
    assert op is not None
    sampler = ModernSampler(numpy.random.default_rng(0), CPU.xp)
    supply = {"training": False, "random": rng.Source(sampler, sampler), "context": CPU}
    params = node.params | {name: supply.get(what) for name, what in op.supplied.items()}
    with numpy.errstate(all="ignore"):
        result = op.forward(CPU.xp, *arrays, **params)
    return [numpy.asarray(r) for r in (result if isinstance(result, tuple) else (result,))]


#: Operators whose first input may have any type, whatever the others and the output have.
_FREE_FIRST = frozenset({"Embedding", "one_hot"})
#: Operators whose output has its first input's type; the others may have any.
_FIRST_ONLY = frozenset({"BatchNorm", "take", "pick", "where", "gather_nd", "batch_take"})
#: Operators whose inputs must all have one type.
_ONE_TYPE = frozenset({"FullyConnected", "Convolution", "Deconvolution", "elemwise_add", "dot"})


def types(entries: Sequence[Entry], given: dict[str, Any]) -> dict[tuple[int, int], Any]:
    """Infer element types: those that an operator does not change are one for all its inputs."""
    nodes = ordered(entries)
    known: dict[tuple[int, int], Any] = {}
    for node in nodes:
        if node.op is None:
            dtype = given.get(node.name)
            flag = node.attrs.get("__dtype__")
            if dtype is None and flag is not None and int(flag) >= 0:
                dtype = dtypes.BY_CODE.get(int(flag))
            known[id(node), 0] = dtype
    for _ in range(len(nodes) + 1):
        before = dict(known)
        for node in nodes:
            if node.op is not None:
                _spread(node, known)
        for node in reversed(nodes):
            if node.op is not None:
                _spread(node, known)
        if known == before:
            break
    return known


#: Output types of NumPy's operators by operator, parameters and input types; None: not found.
_RESULTS: dict[Any, list[Any] | None] = {}


def _result_types(node: GraphNode, inputs: list[Any]) -> list[Any] | None:
    """Find the output types of one of NumPy's operators by running it on one element.

    Which types meet and what comes out is the kernel's affair (comparisons give bool, means of
    integers floats), so the kernel is asked. None where it takes no arrays of one element;
    MXNetError where an element-wise one refuses a type.
    """
    key = (node.op, str(node.params), *inputs)
    if key not in _RESULTS:
        if len(_RESULTS) > 4096:
            _RESULTS.clear()
        _RESULTS[key] = _try_types(node, inputs)
    return _RESULTS[key]


def _try_types(node: GraphNode, inputs: list[Any]) -> list[Any] | None:
    assert node.op is not None
    whole = node.op.shape_rule in (same, broadcast) and len({*inputs}) == 1
    for rank in (2, 1, 3, 4):
        try:
            found = _run(node, [numpy.ones((1,) * rank, dtype) for dtype in inputs])
        except (MXNetError, RuntimeError, *_BAFFLED) as error:
            # mxnet: inference finds what it checks; kernels tell of the rest when the graph runs
            if whole and isinstance(error, MXNetError) and "Check failed" in str(error):
                raise located(error, node) from None
            continue  # another rank may fit
        return [each.dtype for each in found]
    return None


def _spread(node: GraphNode, known: dict[tuple[int, int], Any]) -> None:
    """Pass types on through one operator, both ways."""
    keys = [(id(below), index) for below, index, _ in node.inputs]
    outputs = [(id(node), index) for index in range(node.visible())]
    if node.op is not None and node.op.type_rule is not None:
        try:
            found, results = node.op.type_rule([known.get(key) for key in keys])
        except MXNetError as refusal:
            if any(known.get(key) is None for key in keys[: node.op.required or None]):
                return  # too little is known yet
            raise located(refusal, node) from None
        for key, dtype in zip([*keys, *outputs], [*found, *results], strict=True):
            known[key] = known.get(key) or dtype
        return
    own = node.params.get("dtype")
    if isinstance(own, numpy.dtype):
        known.update(dict.fromkeys(outputs, own))
        for key in keys[1:] if node.op_name in _FREE_FIRST else []:
            known[key] = known.get(key) or own
        return
    if node.op_name.startswith("_np") and keys and all(known.get(key) for key in keys):
        results = _result_types(node, [known[key] for key in keys])
        if results is not None:
            known.update(zip(outputs, results, strict=False))
            return
    if node.op_name in ("shape_array", "size_array"):
        known[outputs[0]] = numpy.dtype("int64")
        return
    if node.op_name == "BatchNorm":
        tied, side = [keys[0], outputs[0]], keys[1:]
    elif node.op_name in _FIRST_ONLY:
        tied, side = [keys[0], *outputs], []
    else:
        tied, side = [*keys, *outputs], []
    common = next((known[key] for key in tied if known.get(key) is not None), None)
    if common is None:
        return
    for position, key in enumerate(tied):
        if known.get(key) is None:
            known[key] = common
        elif known[key] != common and node.op_name in _ONE_TYPE and position < len(keys):
            error = incompatible("input", position, common.name, known[key].name, "")
            raise located(error, node)
    for key in side:
        if known.get(key) is None:
            known[key] = numpy.dtype("float32") if common == numpy.float16 else common
