"""Which operators run in bfloat16, which in float32, and which in the wider of their inputs."""

from __future__ import annotations

from ...._core.missing import module_getattr
from ._read import conditional, read

_LISTS = read("symbol_bf16")
_STATISTICS = ["", "gamma", "beta", "moving_mean", "moving_var"]
BF16_FUNCS = _LISTS["BF16_FUNCS"]
FP32_FUNCS = _LISTS["FP32_FUNCS"]
BF16_FP32_FUNCS = _LISTS["BF16_FP32_FUNCS"]
WIDEST_TYPE_CASTS = _LISTS["WIDEST_TYPE_CASTS"]
LOSS_OUTPUT_FUNCTIONS = _LISTS["LOSS_OUTPUT_FUNCTIONS"]
CONDITIONAL_FP32_FUNCS = conditional()
BF16_USE_FP32_PARAMS = {"BatchNormWithReLU": _STATISTICS, "BatchNorm": _STATISTICS[:]}

__getattr__ = module_getattr(__name__)
