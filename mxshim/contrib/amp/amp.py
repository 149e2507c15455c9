"""Switch mixed precision on, train with a scaled loss, and convert float32 models.

``float16`` is computed as such on every device. ``bfloat16``, which NumPy lacks, is refused.
"""

from __future__ import annotations

import contextlib
import logging
import warnings

import numpy as np

from ... import ndarray, optimizer, symbol
from ..._core.errors import not_implemented
from ..._core.missing import module_getattr
from ...context import gpu
from ...gluon import trainer as _trainer
from . import _eager, lists
from ._convert import Precisions, converted
from .loss_scaler import LossScaler

_GPU = gpu(0)
bfloat16 = np.dtype([("bfloat16", np.uint16)])

_amp_initialized = False
_amp_loss_scale_initialized = False
_loss_scaler = None


# ---- lists


def _list(target_dtype, name, low_name=None):
    """Return a list for float16, or for bfloat16 under its own name there."""
    if target_dtype in ("float16", np.float16):
        return getattr(lists.symbol_fp16, name)
    assert target_dtype == bfloat16, "not supported type"
    return getattr(lists.symbol_bf16, low_name or name)


def list_lp16_ops(target_dtype):
    """Return the names of the operators that run in the low precision."""
    return _list(target_dtype, "FP16_FUNCS", "BF16_FUNCS")


def list_fp32_ops(target_dtype):
    """Return the names of the operators that run in float32."""
    return _list(target_dtype, "FP32_FUNCS")


def list_lp16_fp32_ops(target_dtype):
    """Return the names of the operators that run in either precision."""
    return _list(target_dtype, "FP16_FP32_FUNCS", "BF16_FP32_FUNCS")


def list_conditional_fp32_ops(target_dtype):
    """Return (operator, parameter, values): with these values it runs in float32."""
    return _list(target_dtype, "CONDITIONAL_FP32_FUNCS")


def list_widest_type_cast(target_dtype):
    """Return the names of the operators that run in the widest precision of their inputs."""
    return _list(target_dtype, "WIDEST_TYPE_CASTS")


def list_loss_output_functions(target_dtype):
    """Return the names of the output layers whose gradient is scaled."""
    return _list(target_dtype, "LOSS_OUTPUT_FUNCTIONS")


def list_lp16_use_fp32_params(target_dtype):
    """Return a dict of operators to their inputs that stay float32; None for float16."""
    if target_dtype in ("float16", np.float16):
        return None
    return _list(target_dtype, "", "BF16_USE_FP32_PARAMS")


# ---- training


def init(
    target_dtype="float16", target_precision_ops=None, conditional_fp32_ops=None, fp32_ops=None
):
    """Make the operator functions of ``mx.nd`` and ``mx.sym`` cast their inputs, from now on.

    Call it before models are made. The lists replace the default ones.
    """
    global _amp_initialized, _loss_scaler
    if _amp_initialized:
        return
    assert target_dtype in ("float16", np.float16, "bfloat16", bfloat16), (
        "AMP currently supports only float16 or bfloat16 as a target_dtype"
    )
    if target_dtype in ("bfloat16", bfloat16):
        raise not_implemented("mxnet.contrib.amp.init for bfloat16")
    _amp_initialized = True
    logging.info("Using AMP")
    _loss_scaler = LossScaler()
    low = "float16"

    def chosen(given, default):
        return default(low) if given is None else given

    for module in (symbol, ndarray):
        _eager.wrap(
            module,
            np.float16,
            chosen(target_precision_ops, list_lp16_ops),
            chosen(fp32_ops, list_fp32_ops),
            chosen(conditional_fp32_ops, list_conditional_fp32_ops),
            list_widest_type_cast(low),
        )
        _eager.wrap_losses(module, list_loss_output_functions(low), _loss_scaler)


def _need_trainer(given):
    if isinstance(given, optimizer.Optimizer):
        raise TypeError("AMP is currently only compatible with Gluon Trainer")
    if not isinstance(given, _trainer.Trainer):
        raise TypeError(
            "optimizer_or_trainer should be a Gluon Trainer or an optimizer, instead is "
            f"{type(given)}"
        )


def init_trainer(optimizer_or_trainer):
    """Have a Gluon trainer scale gradients back and leave out steps whose gradients overflow.

    TypeError for anything but a trainer; AssertionError before :func:`init`.
    """
    global _amp_loss_scale_initialized
    assert _amp_initialized, "AMP not initialized, did you forget to call amp.init()?"
    scaler = LossScaler() if _amp_loss_scale_initialized else _loss_scaler
    _amp_loss_scale_initialized = True
    _need_trainer(optimizer_or_trainer)
    optimizer_or_trainer._amp_loss_scaler = scaler
    optimizer_or_trainer._amp_original_scale = optimizer_or_trainer._scale


@contextlib.contextmanager
def scale_loss(loss, optimizer_or_trainer):
    """Give the loss (or a list of losses) times the scale; the trainer divides by it.

    with amp.scale_loss(loss, trainer) as scaled:
        autograd.backward(scaled)
    """
    scaler = optimizer_or_trainer._amp_loss_scaler
    assert scaler is not None, (
        "Loss scaler is not initialized, did you forget to call amp.init_trainer()?"
    )
    scale = scaler.loss_scale
    optimizer_or_trainer._scale = optimizer_or_trainer._amp_original_scale / scale
    yield [each * scale for each in loss] if isinstance(loss, (list, tuple)) else scale * loss


def unscale(optimizer_or_trainer):
    """Divide the gradients by the scale now, to look at them or to clip them."""
    _need_trainer(optimizer_or_trainer)
    for param in optimizer_or_trainer._params:
        for grad in param._grad or ():
            grad[:] *= optimizer_or_trainer._scale
    optimizer_or_trainer._scale = 1.0


# ---- converting models


def convert_symbol(
    sym, target_dtype="float16", target_dtype_ops=None, fp32_ops=None, conditional_fp32_ops=None,
    excluded_sym_names=None, data_names=None, cast_optional_params=False,
):  # fmt: skip
    """Return a float32 network with casts (``amp_cast``), so that it runs in mixed precision.

    The lists replace the default ones; no operator may stand in two. Nodes in
    ``excluded_sym_names`` stay float32. Variables that are not in ``data_names`` (default: those
    without a type) are marked with the type they need: with ``cast_optional_params`` the low one
    where nothing else reads them. Outputs are float32.
    """
    assert isinstance(sym, symbol.Symbol), "First argument to convert_symbol should be Symbol"
    assert target_dtype in ("float16", "bfloat16"), (
        "Only target_dtype float16 and bfloat16 are supported currently"
    )
    if target_dtype == "bfloat16":
        raise not_implemented("mxnet.contrib.amp.convert_symbol for bfloat16")
    low = _listed(target_dtype_ops, list_lp16_ops, "target_dtype_ops should be a list of strs")
    fp32 = _listed(fp32_ops, list_fp32_ops, "fp32_ops should be a list of strs")
    conditional = _listed(
        conditional_fp32_ops, list_conditional_fp32_ops, "conditional_fp32_ops should be a list"
    )
    for each in conditional:
        is_one = isinstance(each[0], str) and isinstance(each[1], str) and isinstance(each[2], list)
        assert is_one, "conditional_fp32_ops should be a list of (str, str, list of str)"
    excluded = excluded_sym_names if excluded_sym_names is not None else []
    assert isinstance(excluded, list), "excluded_sym_names should be a list of strs"
    _need_apart(low, fp32, [each[0] for each in conditional])
    precisions = Precisions(
        target_dtype, low, fp32, conditional, list_widest_type_cast(target_dtype), excluded
    )
    if data_names is None:
        typed = sym.attr_dict()
        data_names = [name for name in sym.list_inputs() if "__dtype__" not in typed.get(name, {})]
    sym.infer_type_partial(**dict.fromkeys(data_names, "float32"))  # refuses unknown names
    parameters = set(sym.list_inputs()) - set(data_names)
    return converted(sym, precisions, parameters, cast_optional_params)


def _listed(given, default, text):
    if given is None:
        return default("float16")
    assert isinstance(given, list), text
    return given


def _need_apart(low, fp32, conditional):
    """Refuse operators in two lists, and those of which MXNet does not know the precision."""
    named = {
        "target_dtype_ops": set(low), "fp32_ops": set(fp32),
        "conditional_fp32_ops": set(conditional),
    }  # fmt: skip
    pairs = (
        ("target_dtype_ops", "fp32_ops"), ("target_dtype_ops", "conditional_fp32_ops"),
        ("fp32_ops", "conditional_fp32_ops"),
    )  # fmt: skip
    for one, other in pairs:
        common = named[one] & named[other]
        assert not common, (
            f"Ops cannot be in two or more lists. Common ops in {one} and {other} {common}"
        )
    known = {name for name, _, _ in list_conditional_fp32_ops("float16")}
    for listed in (list_lp16_ops, list_fp32_ops, list_lp16_fp32_ops):
        known.update(listed("float16"))
    illegal = set().union(*named.values()) - known
    assert not illegal, f"""Can only choose ops from one of the three lists
                            for lp16_ops and fp32_ops
                            1. amp.list_lp16_ops(target_dtype)
                            2. amp.list_fp32_ops(target_dtype)
                            3. amp.list_lp16_fp32_ops(target_dtype)
                            4. amp.list_conditional_fp32_ops(target_dtype)
                            Op {illegal} not in any of them"""


def convert_model(
    sym, arg_params, aux_params, target_dtype="float16", target_dtype_ops=None, fp32_ops=None,
    conditional_fp32_ops=None, excluded_sym_names=None, cast_optional_params=False,
):  # fmt: skip
    """Convert a symbol with its parameters; return (symbol, arg_params, aux_params).

    The arguments are those of :func:`convert_symbol`. The dicts are changed where a parameter gets
    another type.
    """
    assert target_dtype in ("float16", "bfloat16"), (
        "Only target_dtype float16 and bfloat16 are supported currently"
    )
    assert isinstance(sym, symbol.Symbol), "First argument to convert_model should be Symbol"
    for place, params in (("Second", arg_params), ("Third", aux_params)):
        assert isinstance(params, dict), (
            f"{place} argument to convert_model should be a dict of name to ndarray"
        )
    data_names = [n for n in sym.list_inputs() if n not in arg_params and n not in aux_params]
    sym = convert_symbol(
        sym, target_dtype, target_dtype_ops, fp32_ops, conditional_fp32_ops, excluded_sym_names,
        data_names, cast_optional_params,
    )  # fmt: skip
    types = _types(sym)
    for params in (arg_params, aux_params):
        for name in params.keys() & types.keys():
            params[name] = params[name].astype(types[name])
    return sym, arg_params, aux_params


def _types(sym):
    """Return the types that the network's variables are marked with."""
    codes = {"0": "float32", "2": "float16"}
    marked = {name: attrs.get("__dtype__") for name, attrs in sym.attr_dict().items()}
    return {name: codes[code] for name, code in marked.items() if code in codes}


def convert_hybrid_block(
    block, target_dtype="float16", target_dtype_ops=None, fp32_ops=None, conditional_fp32_ops=None,
    excluded_sym_names=None, ctx=_GPU, cast_optional_params=False,
):  # fmt: skip
    """Return a SymbolBlock on ``ctx`` that computes as a hybridized block, in mixed precision.

    The block must have been called once. RuntimeError otherwise.
    """
    from ...gluon import HybridBlock, SymbolBlock

    assert isinstance(block, HybridBlock), "block input should be a HybridBlock"
    if not block._cached_graph:
        raise RuntimeError(
            "Please first call block.hybridize() and then run forward with this block at least "
            "once before calling export."
        )
    inputs, sym = block._cached_graph
    sym = convert_symbol(
        sym, target_dtype, target_dtype_ops, fp32_ops, conditional_fp32_ops, excluded_sym_names,
        [each.name for each in inputs], cast_optional_params,
    )  # fmt: skip
    types, states = _types(sym), set(sym.list_auxiliary_states())
    values = {}
    for name, param in block.collect_params().items():
        kind = "aux" if name in states else "arg"
        value = param._reduce()
        values[f"{kind}:{name}"] = value.astype(types.get(name, value.dtype))
    with warnings.catch_warnings():
        # that the types of the data are not known, which the casts do not ask for
        warnings.filterwarnings("ignore", "Cannot decide type")
        made = SymbolBlock(sym, inputs)
    for name, param in made.collect_params().items():
        found = values.get(f"arg:{name}", values.get(f"aux:{name}"))
        if found is not None and param.dtype != found.dtype:
            param.cast(found.dtype)
    made.collect_params().load_dict(values, ctx=ctx)
    return made


__getattr__ = module_getattr(__name__)
