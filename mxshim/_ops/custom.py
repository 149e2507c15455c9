"""Operators that users write in Python: each node, or call, has one of its own.

:mod:`mxshim.operator` registers makers of *properties* here (objects with ``list_arguments``,
``infer_shape``, ``create_operator`` ...). A :class:`Definition` asks them what MXNet asks them, in
its order, and reports what goes wrong in its words.
"""

from __future__ import annotations

from collections.abc import Callable

from .._core.dtypes import BY_CODE, CODES
from .._core.errors import MXNetError, check_failed, mxnet_error, shape_text
from .._core.flags import flags
from .._core.functions import check_class
from .._core.invoke import call
from .._core.params import Bool, Device, Notes, Text, Training
from .._core.registry import OPS, Op, op
from .._core.small import Bound
from .._core.tape import state
from .._core.tensor import make
from .kernels.callbacks import guarded

#: By name: what makes the properties from the parameters (texts), and the class of arrays.
MAKERS: dict[str, tuple[Callable, type]] = {}
#: Operators of the old kinds by the number that their nodes keep: the same.
OBJECTS: dict[str, tuple[Callable, type]] = {}


class Definition:
    """A user's operator with its parameters: names, inference and the operator that runs it."""

    def __init__(self, name: str, maker: Callable, array: type, params: dict[str, str]) -> None:
        self.name = name
        self.array = array
        try:
            self.prop = maker(**params)
        except Exception as error:
            raise mxnet_error(
                f"the operator {name} cannot be made: {type(error).__name__}: {error}"
            ) from error
        self.arguments = self._list("list_arguments")
        self.outputs = self._list("list_outputs")
        self.states = self._list("list_auxiliary_states")
        ids = iter(range(2 * len(self.outputs) + len(self.arguments)))
        parts = [[next(ids) for _ in part] for part in (self.outputs, self.arguments, self.outputs)]
        label = f"{name}.declare_backward_dependency"
        needed = guarded(
            "declare_backward_dependency", label,
            lambda: set(self.prop.declare_backward_dependency(*parts)),
        )  # fmt: skip
        #: Whether the gradient asks for none from above: a loss.
        self.headless = not needed & set(parts[0])

    def _list(self, what: str) -> list[str]:
        return guarded("list", f"{self.name}.{what}", lambda: list(getattr(self.prop, what)()))

    def _asked(self, what: str, shown: str, given: list, quiet: bool = False):
        """Ask for shapes, types or storage types: of arguments, outputs and states."""

        def ask():
            found = getattr(self.prop, what)(given)
            if len(found) not in (2, 3):
                raise AssertionError(f"{what} must return 2 or 3 lists")
            ins, outs, aux = (*found, []) if len(found) == 2 else found
            kinds = (("output", outs, self.outputs), ("input", ins, self.arguments),
                     ("aux state", aux, self.states))  # fmt: skip
            title = "".join(part.capitalize() for part in what.split("_"))
            for kind, got, names in kinds:
                assert len(got) == len(names), (
                    f"{title} Error: expecting {len(names)} entries in returned {kind} {shown}, "
                    f"got {len(got)}."
                )
            convert = _CONVERT[what]
            return [[convert(each) for each in part] for part in (ins, outs, aux)]

        return guarded(what, f"{self.name}.{what}", ask, quiet=quiet)

    def shapes(self, given):
        """Return the shapes of all inputs and of the outputs; None for an unknown one."""
        given = list(given)[: len(self.arguments)]
        lists = [_listed(shape) for shape in given]
        ins, outs, aux = self._asked("infer_shape", "shapes", lists, None in given)
        found = [[_shape(each) for each in part] for part in (ins, outs, aux)]
        for old, new in zip(given, found[0], strict=True):
            if old is not None and new is not None and -1 not in old and old != new:
                raise mxnet_error(
                    f"Shape inconsistent, Provided = {shape_text(old)}, inferred shape="
                    f"{shape_text(new)}"
                )
        return [*found[0], *found[2]], found[1]

    def types(self, given):
        """Return the element types of all inputs and of the outputs; None for an unknown one."""
        given = list(given)[: len(self.arguments)]
        classes = [None if each is None else each.type for each in given]
        ins, outs, aux = self._asked("infer_type", "types", classes, None in given)
        for old, new in zip(given, ins, strict=True):
            if old is not None and new is not None and old != new:
                raise mxnet_error(
                    f"Type inconsistent, Provided = {old.name}, inferred type = {new.name}"
                )
        return [*ins, *aux], outs

    def operator(self, needs=None) -> Op:
        """Return the operator of one node or call; ``needs`` says which inputs have a gradient."""

        def forward(xp, *data, ctx: Device, training: Training, notes: Notes):
            return self._forward(xp, data, ctx, training, {} if notes is None else notes)

        made = Op(forward, ("Custom",), visible=len(self.outputs), order=1)
        made.variadic = False
        made.inputs = [*self.arguments, *self.states]
        made.required = len(made.inputs)
        made.mutates = tuple(self.states)
        made.outputs = tuple(self.outputs)
        made.headless = self.headless
        made.shape_rule = lambda *shapes, **_: self.shapes(shapes)
        made.type_rule = self.types
        made.pulls.append((None, self._pull(needs)))
        return made

    def _forward(self, xp, data, ctx, training, notes):
        count = len(self.arguments)
        _, shapes = self.shapes([tuple(each.shape) for each in data])
        types = self.types([each.dtype for each in data])[1]
        stypes = ["default"] * count
        self._asked("infer_storage_type", "stypes", stypes)
        codes = [CODES[each.dtype] for each in data]
        lists = [list(each.shape) for each in data]
        operator = guarded(
            "create_operator", f"{self.name}.create_operator",
            lambda: _made(self.prop.create_operator(ctx, lists, codes)),
        )  # fmt: skip
        notes["operator"] = operator
        pairs = zip(shapes, types, strict=True)
        outs = self._wrapped([xp.zeros(shape, dtype) for shape, dtype in pairs], ctx)
        ins, held = self._wrapped(data, ctx), list(outs)
        self._run(
            "forward", ctx, training,
            lambda: operator.forward(
                is_train=int(training), req=["write"] * len(outs), in_data=ins[:count],
                out_data=outs, aux=ins[count:],
            ),
        )  # fmt: skip
        return tuple([each._buf for each in held])

    def _pull(self, needs):
        def pull(xp, ct, out, *data, ctx, training, notes):
            count = len(self.arguments)
            cts = self._wrapped(ct, ctx)
            ins, outs = self._wrapped(data, ctx), self._wrapped(out, ctx)
            grads = self._wrapped([xp.zeros_like(each) for each in data[:count]], ctx)
            held = list(grads)
            wanted = [True] * count if needs is None else needs[:count]
            self._run(
                "backward", ctx, state.training,
                lambda: notes["operator"].backward(
                    req=["write" if each else "null" for each in wanted], out_grad=cts,
                    in_data=ins[:count], out_data=outs, in_grad=grads, aux=ins[count:],
                ),
            )  # fmt: skip
            return [*[each._buf for each in held], *[None] * len(self.states)]

        return pull

    def _wrapped(self, bufs, ctx):
        return [make(self.array, buf, ctx) for buf in bufs]

    def _run(self, what, ctx, training, function):
        """Run the user's forward or backward: nothing is recorded, the context is the arrays'."""
        before = state.recording, state.training
        state.recording, state.training = False, bool(training)
        try:
            with ctx:
                guarded(what, f"CustomOp.{what}", function, late=True)
        finally:
            state.recording, state.training = before


def _made(operator):
    """Refuse what is no operator as MXNet does: it attaches an attribute."""
    operator._ref_holder = []
    return operator


def _listed(shape):
    """Write a shape as users' code gets it: unknown lengths are 0, unknown shapes empty."""
    unknown = -1 if flags.np_shape else 0
    return [] if shape is None else [unknown if n == -1 else n for n in shape]


def _shape(lengths):
    if flags.np_shape:
        return lengths
    return tuple([-1 if n == 0 else n for n in lengths]) or None


def _dtype(kind):
    if kind is None:
        return None
    return {dtype.type: dtype for dtype in BY_CODE.values()}[getattr(kind, "type", kind)]


_CONVERT = {
    "infer_shape": lambda shape: tuple([int(n) for n in shape]),
    "infer_type": _dtype,
    "infer_storage_type": str,
}


class _Family(Op):
    """``Custom`` before it is known which: every parameter is the user's, kept as text."""

    def _parse(self, given):
        if not given.get("op_type"):
            raise check_failed("!params.op_type.empty()", "Required argument `op_type` is missing.")
        return Bound({key: str(value) for key, value in given.items()})


def definition(params: dict[str, str]) -> Definition:
    """Return the operator registered as ``op_type`` with the other parameters."""
    params = dict(params)
    name = params.pop("op_type")
    if name not in MAKERS:
        raise check_failed(
            "CustomOperator: :Get()->Find(params.op_type) != nullptr",
            f"Cannot find custom operator {name}",
            f"registered are {', '.join(sorted(MAKERS)) or 'none'}",
        )
    return Definition(name, *MAKERS[name], params)


def _of_object(params, subgraphs) -> Op:
    try:
        maker, array = OBJECTS[params["info"]]
    except KeyError:
        raise MXNetError(
            "MXNetError: this node's operator lived in the program that made it, not in the file"
        ) from None
    return Definition(type(maker).__name__, maker, array, {}).operator()


def _custom(xp, *data, op_type: Text):
    """Run an operator that a user registered with ``mx.operator.register``."""
    raise mxnet_error("Custom is run through mx.nd.Custom and mx.sym.Custom")


custom = OPS["Custom"] = OPS["_npi_Custom"] = _Family(_custom, ("Custom", "_npi_Custom"))


def _function(op, cls, name):
    """Build ``Custom`` of a front end: arrays by position, everything else is the user's."""

    def generated(*data, **kwargs):
        out = kwargs.pop("out", None)
        kwargs.pop("name", None)
        for each in data:
            if each.__class__ is not cls:
                check_class(op, name, "data", each, cls)
        made = definition(op.bind(kwargs))
        own = made.operator([each._node is not None for each in data])
        own.check_inputs(len(data), {})
        return call(own, cls, data, {}, out)

    return generated


custom.front = _function
custom.specialize = lambda params, subgraphs: definition(params).operator()


class _Pointer(Text):
    """What a node keeps of an object in memory."""

    mx_type = expects = "ptr"


@op("_Native", visible=0)
def native(xp, *data, info: _Pointer, need_top_grad: Bool = True):
    """Run a ``NumpyOp``."""
    raise mxnet_error("_Native is run through mx.operator.NumpyOp")


@op("_NDArray", visible=0)
def ndarray(xp, *data, info: _Pointer):
    """Run an ``NDArrayOp``."""
    raise mxnet_error("_NDArray is run through mx.operator.NDArrayOp")


native.specialize = ndarray.specialize = _of_object
