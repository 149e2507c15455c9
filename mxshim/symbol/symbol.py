"""Symbols: expressions that are built first and run later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import context as _context
from .._core.errors import MXNetError, check_failed, mxnet_error, not_implemented
from .._core.flags import flags
from .._core.graph import HIDDEN, Entry, GraphNode, copied, ordered, variables, without_amp_casts
from ..attribute import _get_current as _current_scope
from ..base import NotImplementedForSymbol
from . import _infer
from ._files import dump, parse

_STORAGE = {"default": 0, "row_sparse": 1, "csr": 2}


class SymbolBase:
    """What a symbol holds: the entries of a graph that are its outputs."""

    __slots__ = ("_entries",)

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = entries

    @property
    def handle(self) -> Any:
        """The symbol itself, where MXNet has the address of its native object."""
        return self

    def __reduce__(self) -> Any:
        # mxnet: a symbol with NumPy's manners comes back without them
        return _revived, (dump(self._entries, flags.np_shape),)


class Symbol(SymbolBase):
    """One or several outputs of a graph of operators and variables.

    Symbols are built by :func:`var`, by the operator functions of ``mx.sym`` and by arithmetic, and
    run by :meth:`bind`, :meth:`simple_bind` and :meth:`eval`.
    """

    __slots__ = ()
    __array_priority__ = 1000.0
    _is_np = False

    def __repr__(self) -> str:
        kind = type(self).__name__
        if self.name is None:
            return f"<{kind} group [{', '.join(str(one.name) for one in self)}]>"
        return f"<{kind} {self.name}>"

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: Any) -> Any:
        count = len(self)
        if isinstance(index, slice):
            start = 0 if index.start is None else index.start
            stop = count if index.stop is None else index.stop
            return Group([self[i] for i in range(start, stop, index.step or 1)], type(self))
        if isinstance(index, str):
            index = self._position(index)
        if not isinstance(index, int):
            raise TypeError("Symbol only support integer index to fetch i-th output")
        if index >= count:
            raise IndexError
        if index < 0:
            raise check_failed(
                f"index < nreturn ({index % 2**32} vs. {count}) ",
                "Symbol only accept nonnegative index",
            )
        return type(self)([self._entries[index]])

    def _position(self, name: str) -> int:
        found = [i for i, output in enumerate(self.list_outputs()) if output == name]
        if len(found) > 1:
            raise ValueError(f'There are multiple outputs with name "{name}"')
        if not found:
            raise ValueError(f'Cannot find output that matches name "{name}"')
        return found[0]

    # ---- composing and copying

    def __copy__(self) -> Any:
        return type(self)(copied(self._entries))

    def __deepcopy__(self, _: Any) -> Any:
        return self.__copy__()

    def __getstate__(self) -> dict[str, str]:
        return {"handle": self.tojson()}

    def __setstate__(self, state: dict[str, str]) -> None:
        self._entries = parse(state["handle"])

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return a copy in which variables are replaced by the symbols given by their names."""
        made = self.__copy__()
        made._compose(*args, **kwargs)
        return made

    def _compose(self, *args: Any, **kwargs: Any) -> None:
        name = kwargs.pop("name", None)
        if args and kwargs:
            raise TypeError(
                "compose only accept input Symbols                 either as positional or "
                "keyword arguments, not both"
            )
        if not all(isinstance(each, Symbol) for each in (*args, *kwargs.values())):
            raise TypeError("Compose expect `Symbol` as arguments")
        if args:
            raise check_failed(
                f"args.size() == 0U ({len(args)} vs. 0) ",
                "General composition only support kwargs for now",
            )
        free = [node.name for node in ordered(self._entries) if node.op is None]
        for key in kwargs:
            if key not in free:
                listed = "".join(f"\n\t[{i}]{each}" for i, each in enumerate(free))
                raise mxnet_error(
                    f"Symbol.ComposeKeyword argument name {key} not found."
                    f"\nCandidate arguments:{listed}"
                )
        self._entries = copied(self._entries, {k: v._entries[0] for k, v in kwargs.items()})
        if name:
            self._entries[0][0].name = name

    # ---- names and attributes

    def _node(self) -> GraphNode | None:
        """Return the node when all outputs are one node's."""
        first = self._entries[0][0] if self._entries else None
        return first if all(node is first for node, _, _ in self._entries) else None

    @property
    def name(self) -> str | None:
        """The name of the node, or None for a group."""
        node = self._node()
        return None if node is None else node.name

    def attr(self, key: str) -> str | None:
        """Return an attribute of the node as text, or None."""
        node = self._node()
        if node is None:
            return None
        if key == "name":
            return node.name
        if key == "_value_index":
            return str(self._entries[0][1])
        return node.attrs.get(f"__{key}__" if key in HIDDEN else key, node.attrs.get(key))

    def list_attr(self, recursive: bool = False) -> dict[str, str]:
        """Return the attributes of the node itself."""
        if recursive:
            raise DeprecationWarning(
                "Symbol.list_attr with recursive=True has been deprecated. "
                "Please use attr_dict instead."
            )
        node = self._node()
        return {} if node is None else _shown(node)

    def attr_dict(self) -> dict[str, dict[str, str]]:
        """Return the attributes of every node that has some, by the node's name."""
        nodes = ordered(self._entries)
        return {node.name: _shown(node) for node in nodes if node.attrs}

    def _set_attr(self, **kwargs: Any) -> None:
        for key, value in kwargs.items():
            if not isinstance(value, str):
                raise ValueError("Set Attr only accepts string values")
            node = self._node()
            if node is None:
                raise mxnet_error("Symbol.SetAttrs only works for non-grouped symbol")
            node.attrs[f"__{key}__" if key in HIDDEN else key] = value

    # ---- looking into the graph

    def get_internals(self) -> Any:
        """Return all outputs of all nodes as one group."""
        return Symbol(
            [(node, i, 0) for node in ordered(self._entries) for i in range(node.visible())]
        )

    def get_children(self) -> Any:
        """Return the inputs of the node as a group, or None for a variable."""
        found: list[Entry] = []
        seen: set[int] = set()
        for node, _, _ in self._entries:
            if id(node) not in seen:
                seen.add(id(node))
                found += node.inputs
        return Symbol(found) if found else None

    def list_arguments(self) -> list[str]:
        """Return the names of the variables that are no auxiliary states."""
        return [node.name for node in variables(ordered(self._entries))[0]]

    def list_auxiliary_states(self) -> list[str]:
        """Return the names of the variables that running updates (moving averages)."""
        return [node.name for node in variables(ordered(self._entries))[1]]

    def list_inputs(self) -> list[str]:
        """Return the names of all variables."""
        return [node.name for node in ordered(self._entries) if node.op is None]

    def list_outputs(self) -> list[str]:
        """Return the names of the outputs: ``fc_output``."""
        return [node.output_names()[index] for node, index, _ in self._entries]

    def debug_str(self) -> str:
        """Describe the graph node by node."""
        lines = ["Symbol Outputs:"]
        for i, (node, index, _) in enumerate(self._entries):
            lines.append(f"\toutput[{i}]={node.name}({index})")
        for node in ordered(self._entries):
            if node.op is None:
                lines.append(f"Variable:{node.name}")
                continue
            lines += ["--------------------", f"Op:{node.op_name}, Name={node.name}", "Inputs:"]
            for i, (below, index, version) in enumerate(node.inputs):
                tail = f" version={version}" if below.op is None else ""
                lines.append(f"\targ[{i}]={below.name}({index}){tail}")
            if node.attrs:
                lines.append("Attrs:")
                lines += [f"\t{key}={node.attrs[key]}" for key in sorted(node.attrs)]
        return "\n".join(lines) + "\n"

    # ---- inference

    def infer_shape(self, *args: Any, **kwargs: Any) -> Any:
        """Return the shapes of arguments, outputs and states; (None, None, None) with a warning
        when they do not follow from the shapes given."""
        try:
            found = _infer.infer_shape(self, False, args, kwargs)
            if found[1] is None:
                arguments = _infer.infer_shape(self, True, args, kwargs)[0]
                _infer.warn_unknown(self, arguments, "shape")
            return found
        except MXNetError:
            _report("infer_shape", args, kwargs)
            raise

    def infer_shape_partial(self, *args: Any, **kwargs: Any) -> Any:
        """Return the shapes as far as they follow from the shapes given."""
        return _infer.infer_shape(self, True, args, kwargs)

    def infer_type(self, *args: Any, **kwargs: Any) -> Any:
        """Return the types of arguments, outputs and states, or (None, None, None)."""
        try:
            found = _infer.infer_type(self, False, args, kwargs)
            if found[1] is None:
                arguments = _infer.infer_type(self, True, args, kwargs)[0]
                _infer.warn_unknown(self, arguments, "type")
            return found
        except MXNetError:
            _report("infer_type", args, kwargs)
            raise

    def infer_type_partial(self, *args: Any, **kwargs: Any) -> Any:
        """Return the types as far as they follow from the types given."""
        return _infer.infer_type(self, True, args, kwargs)

    # ---- files

    def tojson(self, remove_amp_cast: bool = True) -> str:
        """Write the graph as text; :func:`load_json` reads it.

        The casts of mixed precision between operators are left out unless they are asked for.
        """
        entries = without_amp_casts(self._entries) if remove_amp_cast else self._entries
        return dump(entries, flags.np_shape)

    def save(self, fname: str, remove_amp_cast: bool = True) -> None:
        """Write the graph to a file; :func:`load` reads it."""
        if not isinstance(fname, str):
            raise TypeError("fname need to be string")
        with open(fname, "w", encoding="utf-8") as file:
            file.write(self.tojson(remove_amp_cast))

    # ---- running

    def bind(
        self, ctx: Any, args: Any, args_grad: Any = None, grad_req: Any = "write",
        aux_states: Any = None, group2ctx: Any = None, shared_exec: Any = None,
    ) -> Any:  # fmt: skip
        """Return an Executor that runs on the given arrays."""
        from ._executor import bind

        return bind(self, ctx, args, args_grad, grad_req, aux_states, group2ctx)

    def simple_bind(
        self, ctx: Any, grad_req: Any = "write", type_dict: Any = None, stype_dict: Any = None,
        group2ctx: Any = None, shared_arg_names: Any = None, shared_exec: Any = None,
        shared_buffer: Any = None, **kwargs: Any,
    ) -> Any:  # fmt: skip
        """Return an Executor with arrays of its own; keywords give the shapes of inputs."""
        from ._executor import simple_bind

        return simple_bind(
            self, ctx, grad_req, type_dict, group2ctx, shared_exec, shared_buffer, kwargs
        )

    def eval(self, ctx: Any = None, **kwargs: Any) -> Any:
        """Run once on the arrays given by name and return the list of outputs."""
        return self.bind(_context.current_context() if ctx is None else ctx, kwargs).forward()

    def optimize_for(
        self, backend: Any, args: Any = None, aux: Any = None, ctx: Any = None,
        shape_dict: Any = None, type_dict: Any = None, stype_dict: Any = None,
        skip_infer: bool = False, **kwargs: Any,
    ) -> Any:  # fmt: skip
        """Rewrite the graph for a backend library; mxshim has none."""
        raise not_implemented(f"Symbol.optimize_for({backend!r})")

    def get_backend_symbol(self, backend: Any) -> Any:
        """Partition the graph for a backend library; mxshim has none."""
        raise not_implemented(f"Symbol.get_backend_symbol({backend!r})")

    def gradient(self, wrt: Any) -> Any:
        """Raise MXNet's error: 1.9.1 does not implement it."""
        raise mxnet_error("not implemented")

    def as_nd_ndarray(self) -> Any:
        """Return the symbol for the functions of ``mx.sym``."""
        return Symbol(list(self._entries)) if self._is_np else self

    def as_np_ndarray(self) -> Any:
        """Return the symbol for the functions of ``mx.sym.np``."""
        from .numpy import _Symbol

        return _Symbol(list(self._entries))

    def __bool__(self) -> bool:
        raise NotImplementedForSymbol(self.__bool__, "bool")

    __nonzero__ = __bool__

    __hash__ = None  # type: ignore[assignment]


def _shown(node: GraphNode) -> dict[str, str]:
    """Return a node's attributes, the user's short ones under both of their names."""
    short = {key: node.attrs[f"__{key}__"] for key in HIDDEN if f"__{key}__" in node.attrs}
    return node.attrs | short


def _revived(text: str) -> Symbol:
    return Symbol(parse(text))


def _report(what: str, args: Any, kwargs: Any) -> None:
    """Print what inference was given before its error goes on, as MXNet does."""
    print(f"{what} error. Arguments:")
    for i, each in enumerate(args):
        print(f"  #{i}: {each}")
    for key, value in kwargs.items():
        print(f"  {key}: {value}")


def var(
    name: str, attr: Any = None, shape: Any = None, lr_mult: Any = None, wd_mult: Any = None,
    dtype: Any = None, init: Any = None, stype: Any = None, **kwargs: Any,
) -> Any:  # fmt: skip
    """Make a variable; the attributes say what initializers and optimizers are to do with it."""
    if not isinstance(name, str):
        raise TypeError("Expect a string for variable `name`")
    attrs = dict(_current_scope().get(attr))
    if shape is not None:
        attrs["__shape__"] = str(shape)
    if lr_mult is not None:
        attrs["__lr_mult__"] = str(lr_mult)
    if wd_mult is not None:
        attrs["__wd_mult__"] = str(wd_mult)
    if dtype is not None:
        attrs["__dtype__"] = str(_infer.code(dtype))
    if init is not None:
        attrs["__init__"] = init if isinstance(init, str) else init.dumps()
    if stype is not None:
        attrs["__storage_type__"] = str(_STORAGE[stype])
    for key, value in kwargs.items():
        if not (key.startswith("__") and key.endswith("__")):
            raise ValueError(
                f"Attribute name={key} is not supported. Additional attributes must start and end "
                "with double underscores, e.g, __yourattr__"
            )
        attrs[key] = str(value)
    made = Symbol([(GraphNode("null", name, {}), 0, 0)])
    made._set_attr(**attrs)
    return made


Variable = var


def Group(symbols: Any, create_fn: Any = Symbol) -> Any:
    """Join symbols: the outputs of all, in order."""
    if not symbols or any(not isinstance(each, Symbol) for each in symbols):
        raise TypeError("Expected a list of symbols as input")
    return create_fn([entry for each in symbols for entry in each._entries])


def load(fname: str) -> Any:
    """Read a symbol file, also one of an older MXNet; MXNetError for a damaged one."""
    if not isinstance(fname, str):
        raise TypeError("fname need to be string")
    try:
        with open(fname, encoding="utf-8") as file:
            text = file.read()
    except OSError as error:
        raise MXNetError(
            f'LocalFileSystem: Check failed: allow_null: :Open "{fname}": {error.strerror}'
        ) from error
    except UnicodeDecodeError as error:
        raise MXNetError(f"MXNetError: {fname} is no symbol file: {error}") from None
    return Symbol(parse(text, fname))


def load_json(json_str: str) -> Any:
    """Read a symbol from the text that :meth:`Symbol.tojson` writes."""
    if not isinstance(json_str, str):
        raise TypeError("fname required to be string")
    return Symbol(parse(json_str))


def _refused(name: str, alias: str | None = None) -> Any:
    def method(self: Any, *args: Any) -> Any:
        raise NotImplementedForSymbol(getattr(self, name), alias, *args)

    method.__name__ = name
    return method


for _name in ("wait_to_read", "asnumpy", "asscalar", "copy", "as_in_context", "detach", "backward"):
    setattr(Symbol, _name, _refused(_name))

__all__ = ["Group", "Symbol", "Variable", "load", "load_json", "var"]
