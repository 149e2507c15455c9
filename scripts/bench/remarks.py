"""What bounds the rows that miss a target: by the row's name, or by its group's."""

from __future__ import annotations

_CALLS = (
    "NumPy's own calls are a third to a half of the time (add 0.5 us, greater with its cast 1.1, "
    "sum 0.7, sum over an axis 1.3, dot and concatenate 0.9), Python the rest; PyTorch goes from "
    "Python to C++ once, and its reshape and transpose copy nothing where MXNet's do."
)
_SOFTMAX_CALLS = (
    "Five calls of NumPy (maximum, subtract, exp, sum, divide) stand in one, two of them "
    "reductions at 1.4 us."
)
_BACKWARD = (
    "A node multiplies twice and adds to the gradient of y, three calls of NumPy at 0.5 us; Python "
    "is the other half. MXNet's time varies by a factor of two with what its second thread meets."
)
_SUM = "NumPy's pairwise sum takes 0.19 ms of it."
_COPY = "NumPy's strided copy is nearly all of it (concat 0.35 ms, heads 0.24 ms)."
_ROWS = (
    "NumPy alone goes over memory five times (maximum, subtract, exp, sum, divide), in blocks that "
    "stay in the cache; its exp takes over half of it. MXNet and PyTorch fuse the passes."
)

REMARKS: dict[str, str] = {
    "small operations": _CALLS,
    "small operations, recorded": _CALLS,
    **{
        f"{front} softmax{tag}": _SOFTMAX_CALLS
        for front in ("nd", "np") for tag in ("", ", recorded")
    },
    "nd backward per node": _BACKWARD,
    "np backward per node": _BACKWARD,
    "sum (1000, 1000)": _SUM,
    "sum axis 1 (1000, 1000)": _SUM,
    "mean (1000, 1000)": _SUM,
    "concat (1000, 1000)": _COPY,
    "transpose heads (64, 50, 8, 32)": _COPY,
    **{
        f"{name} {shape} axis -1": _ROWS
        for name in ("softmax", "log_softmax") for shape in ((256, 1000), (64, 12, 64, 64))
    },
    "embedding 10000 x 256, 64 x 50, both ways": (
        "The dense gradient, 10 MB, is zeroed, summed into and copied to the gradient's array: the "
        "last takes a third of the time, memory bandwidth all of it."
    ),
    "transformer encoder, 256 wide, 16 x 64 tokens": (
        "Its matrix products, 8.4 GFLOP, take 95 ms at the 89 GFLOP/s of this machine's GEMM (dot "
        "of 1024): 0.54 of MXNet's time, above the target."
    ),
    "transformer, 32 wide, 64 x 10 tokens": (
        "33 dense layers, 18 dropouts and 64 updates on arrays of 80 KB and less; the largest "
        "shares are dropout, whose random bits are MXNet's (15%), and dense layers (13%)."
    ),
    "linear regression from scratch": (
        "Some 25 calls of small operations: see those. MXNet's time varies with what its second "
        "thread meets."
    ),
}  # fmt: skip
