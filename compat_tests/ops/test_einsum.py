"""Einstein summation."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, array, arrays, attempt, grads

FORMS = {
    "ij,jk->ik": ((2, 3), (3, 4)), "ij,jk": ((2, 3), (3, 4)), "ii->i": ((3, 3),), "ii": ((3, 3),),
    "ij->ji": ((2, 3),), "ij->": ((2, 3),), "ij->j": ((2, 3),), "ij,ij->": ((2, 3), (2, 3)),
    "i,j->ij": ((2,), (3,)), "i,i->": ((3,), (3,)), "i,i->i": ((3,), (3,)),
    "ijk,ikl->ijl": ((2, 2, 3), (2, 3, 2)), "...j,j->...": ((2, 3), (3,)),
    "...ij,...jk->...ik": ((2, 2, 3), (3, 2)), "...->...": ((2, 3),), "i...->...": ((2, 3),),
    "ij,jk,kl->il": ((2, 3), (3, 2), (2, 2)), "iij->j": ((2, 2, 3),), "iij->ij": ((2, 2, 3),),
    "ij,kj->ik": ((2, 3), (1, 3)), "IJ,Jk->Ik": ((2, 3), (3, 2)),
    " i j , jk -> ik": ((2, 3), (3, 2)), ",->": ((), ()), "i,->i": ((3,), ()),
    "ba": ((2, 3),), "ijkl,jl->ik": ((2, 1, 2, 3), (1, 3)), "ij,j,i->": ((2, 3), (3,), (2,)),
    "iii->i": ((2, 2, 2),), "ij,k->ijk": ((2, 1), (2,)), "i,ij,j": ((2,), (2, 3), (3,)),
}  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("form", FORMS)
def test_einsum(mx, form):
    inputs = arrays(mx.np, "float32", *FORMS[form])
    return grads(mx, lambda *operands: mx.np.einsum(form, *operands), *inputs)


@pytest.mark.np
@pytest.mark.parametrize("dtype", (*DTYPES, "bool"))
def test_dtypes(mx, dtype):
    x, y = arrays(mx.np, dtype, (2, 3), (3, 2))
    return mx.np.einsum("ij->i", x), mx.np.einsum("ij,jk->ik", x, y)


REFUSED = {
    "ij,jk->ik": ((2, 3), (4, 4)), "ij,jk->iz": ((2, 3), (3, 4)), "ij": ((2, 3), (3, 4)),
    "ij->ij": ((2, 3, 4),), "ij,jk->iik": ((2, 3), (3, 4)), "ij;jk": ((2, 3), (3, 4)), "": ((2,),),
}  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("form", REFUSED)
def test_refusals(mx, form):
    return attempt(mx.np.einsum, form, *arrays(mx.np, "float32", *REFUSED[form]))


@pytest.mark.np
def test_other_things(mx):
    x, d = array(mx.np, "float32", (2, 2)), array(mx.np, "float64", (2, 2))
    n = array(mx.nd, "float32", (2, 2))
    einsum = mx.np.einsum
    return [
        attempt(einsum, "ij,jk", x, d), attempt(einsum, x, [0, 1]), attempt(einsum, "ij->i", 2.0),
        attempt(einsum, "ij->i", n), attempt(einsum), attempt(lambda: einsum("ij->i", x, foo=1)),
        attempt(lambda: einsum("ij,jk->ik", x, x, optimize="greedy")),
    ]  # fmt: skip


@pytest.mark.np
def test_options(mx):
    x, y = arrays(mx.np, "float32", (2, 3), (3, 2))
    out = mx.np.zeros((2, 2))
    return (
        mx.np.einsum("ij,jk->ik", x, y, optimize=True),
        mx.np.einsum("ij,jk->ik", x, y, out=out),
        out,
    )


@pytest.mark.np
def test_large(mx):
    x, y = mx.np.ones((80, 60)), mx.np.ones((60, 70))
    return mx.np.einsum("ij,jk->ik", x, y).sum(), mx.np.einsum("ij,jk->", x, y)
