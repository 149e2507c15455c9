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
    "is the other half. MXNet's time varies by a factor of two and more with what its second "
    "thread meets."
)
_SUM = "BLAS makes the sum, a product with ones in pieces that keep its digits: 0.08 ms of it."
_COPY = "NumPy's strided copy is nearly all of it (concat 0.35 ms, heads 0.13 ms)."
_ROWS = (
    "NumPy alone goes over memory four or five times (maximum, subtract unless values are small, "
    "exp, sum, divide), in blocks that stay in the cache; its exp takes over half of it. MXNet and "
    "PyTorch fuse the passes."
)
_FORWARD_ROWS = (
    "With oneDNN it is the kernel that MXNet calls too (0.18 ms of (256, 1000), 2.9 ms of "
    "(64, 12, 64, 64)); the call and the memory of the result come on top. "
)
_STEPS = (
    "Products of 32 rows run at 60 to 75 GFLOP/s here, whoever makes them, and are over half of "
    "the time: 8 of 14 ms in the RNN from scratch, 31 of 50 in the LSTM; the fused LSTM's 1.9 "
    "GFLOP take 26 ms at that rate."
)
_WHOLE = (
    "2.3 ms of it are matrix products (205 MFLOP at 89 GFLOP/s), which PyTorch and, from scratch, "
    "MXNet make in the same time; 0.5 of MXNet's 4.3 ms on an idle machine is below that floor."
)
_FUSED = (
    "Each of some 130 operators and their gradients is a Python step around NumPy of 5 to 80 us: "
    "dense layers take 1.7 ms, all operators 5 of 5.8."
)

REMARKS: dict[str, str] = {
    "large arrays": (
        "One pass over memory an operation, as in PyTorch; what is above is a new array's first "
        "touch, NumPy's comparison-based maximum, and copies by strides (0.1 to 0.35 ms). "
        "Products are OpenBLAS's against MKL's."
    ),
    "softmax and layer norm": (
        "The gradient is NumPy in blocks: two products, a sum and a difference, each a pass over "
        "the cache (for log-softmax exp again, 0.6 ns an element by oneDNN, 2 by NumPy); PyTorch "
        "fuses them. On (128, 10) it is ten calls of NumPy."
    ),
    "losses and embedding": (
        "log-softmax, pick, mean and their gradients are operators of their own, as in MXNet, with "
        "some 20 calls of NumPy (0.1 ms); PyTorch has one fused loss."
    ),
    "optimizer steps": "BLAS passes over pieces in the cache; memory bandwidth bounds 10 M.",
    "convolution": (
        "Arrays come in order and leave in order, and oneDNN computes most windows channels last: "
        "reordering 6 MB takes 0.3 ms, for the gradient of the result twice. MXNet leaves results "
        "in oneDNN's own layout, which nobody reads in this row. Inside compiled networks the "
        "layout is kept: see the ResNet-18 step. oneDNN's weight gradient runs at 50 to 70 GFLOP/s."
    ),
    "depthwise convolution": (
        "Memory bounds it: the convolution takes 0.55 ms, reordering in and out 0.3 each (MXNet "
        "does not reorder its result). With NumPy alone nine multiply-adds go over the data."
    ),
    "pooling": "Reordering to channels last and back takes longer than the pooling itself.",
    "batch normalization": "Arrays in order: two passes of NumPy, a product and a sum.",
    "loading": "A batch is put together by Python and NumPy picture by picture.",
    "random numbers": "MXNet's generator, bit for bit, vectorized with NumPy.",
    "memory": "NumPy, SciPy and the C library's kept heap; the whole process is smaller.",
    **{f"{kind} from scratch": _STEPS for kind in ("RNN", "GRU", "LSTM")},
    **{f"{kind} fused": _STEPS for kind in ("RNN", "GRU", "LSTM")},
    "MLP from scratch": _WHOLE,
    "mlp step": _WHOLE,
    "transformer encoder, 32 wide, 64 x 10 tokens": _FUSED,
    "linear regression gluon": (
        "Some tens of calls of a few microseconds: two operators, the loss's four, their "
        "gradients, two updates. A compiled graph of so few saves what it costs."
    ),
    "small operations": _CALLS,
    "small operations, recorded": _CALLS,
    **{
        f"{front} softmax{tag}": _SOFTMAX_CALLS
        for front in ("nd", "np") for tag in ("", ", recorded")
    },
    "chains": _BACKWARD,
    "sum (1000, 1000)": _SUM,
    "sum axis 1 (1000, 1000)": _SUM,
    "mean (1000, 1000)": _SUM,
    "concat (1000, 1000)": _COPY,
    "transpose heads (64, 50, 8, 32)": _COPY,
    **{
        f"{name} {shape} axis -1": _FORWARD_ROWS + _ROWS
        for name in ("softmax", "log_softmax") for shape in ((256, 1000), (64, 12, 64, 64))
    },
    "embedding 10000 x 256, 64 x 50, both ways": (
        "The dense gradient, 10 MB, is zeroed and summed into, and becomes the gradient's array: "
        "memory bandwidth is all of it, and varies with what else the machine does."
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
