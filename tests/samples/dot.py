"""Sample calls of matrix products and Einstein summation."""

from __future__ import annotations

from . import Sample

BOTH = {"transpose_a": True, "transpose_b": True}
FLAGS = [
    ((2, 3), (3, 2), {}), ((3, 2), (3, 2), {"transpose_a": True}),
    ((2, 3), (2, 3), {"transpose_b": True}), ((3, 2), (2, 3), BOTH),
]  # fmt: skip
MORE = [((3,), (3,), {}), ((2, 2, 3), (3, 2), {}), ((3, 2, 2), (2, 3), BOTH)]
NUMPY = [((3,), (3,)), ((2, 3), (3,)), ((2, 2, 3), (2, 3, 2)), ((3,), (2, 3, 2)), ((), (2, 3))]
MATMUL = [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 1, 2, 3), (3, 3, 2)),
          ((2, 2, 3), (3, 2)), ((3,), (2, 3, 2)), ((2, 2, 3), (3,))]  # fmt: skip
EINSUM = [("ij,jk->ik", (2, 3), (3, 2)), ("ii->i", (3, 3)), ("ij->", (2, 3)), ("iij->j", (2, 2, 3)),
          ("...ij,...jk->...ik", (2, 2, 3), (3, 2)), ("ij,j,i->", (2, 3), (3,), (2,))]  # fmt: skip

SAMPLES = [
    *(Sample("dot", [a, b], given) for a, b, given in FLAGS + MORE),
    *(Sample("batch_dot", [(2, *a), (2, *b)], given) for a, b, given in FLAGS),
    Sample("khatri_rao", [(2, 3), (4, 3), (2, 3)]),
    *(Sample("_np_dot", [a, b]) for a, b in NUMPY),
    *(Sample("_npi_matmul", [a, b]) for a, b in MATMUL),
    Sample(
        "_npi_tensordot", [(2, 3, 4), (4, 3, 2)], {"a_axes_summed": (1, 2), "b_axes_summed": (1, 0)}
    ),
    Sample("_npi_tensordot", [(2, 3), (3,)], {"a_axes_summed": (-1,), "b_axes_summed": (-1,)}),
    Sample("_npi_tensordot_int_axes", [(2, 3, 2), (3, 2, 2)], {"axes": 2}),
    Sample("_npi_tensordot_int_axes", [(2, 3), (2,)], {"axes": 0}),
    *(
        Sample("_npi_einsum", inputs, {"subscripts": form, "num_args": len(inputs)})
        for form, *inputs in EINSUM
    ),
]
