"""Which operators run in float16, which in float32, and which in the wider of their inputs."""

from __future__ import annotations

from ...._core.missing import module_getattr
from ._read import conditional, read

_LISTS = read("symbol_fp16")
FP16_FUNCS = _LISTS["FP16_FUNCS"]
FP32_FUNCS = _LISTS["FP32_FUNCS"]
FP16_FP32_FUNCS = _LISTS["FP16_FP32_FUNCS"]
WIDEST_TYPE_CASTS = _LISTS["WIDEST_TYPE_CASTS"]
LOSS_OUTPUT_FUNCTIONS = _LISTS["LOSS_OUTPUT_FUNCTIONS"]
CONDITIONAL_FP32_FUNCS = conditional()

__getattr__ = module_getattr(__name__)
