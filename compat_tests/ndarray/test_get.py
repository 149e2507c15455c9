"""Reading parts of arrays: every kind of key, what shares memory, gradients, errors."""

import numpy
import pytest

from compat_tests.inputs import attempt, grads


def filled(mx, front, shape, dtype="float32"):
    """Count up from zero."""
    count = 1
    for length in shape:
        count *= length
    x = mx.nd.array(list(range(count)), dtype=dtype).reshape(shape)
    return x if front is mx.nd else x.as_np_ndarray()


def scope(mx, front):
    return {
        "x": filled(mx, front, (2, 3, 4)),
        "v": filled(mx, front, (5,)),
        "A": lambda values, dtype="float32": front.array(values, dtype=dtype),
        "onp": numpy,
    }


_CUBE = """
0 -1 2 -3 True False (0,1) (0,1,2) (0,1,5) (0,5) (-1,-1) (-1,-1,-5) (0,0,0,0) () ... (...,0)
(0,...) (...,None) None (slice(None),None,1) (...,...) 1.5 "a" {} (None,0,None,1,2,None) [0,1]
([0,1],[1,2]) (slice(None),[0,2]) ([1,0],slice(None),[0,1]) (slice(None),[0,1],[1,2]) (0,[0,1])
[0,5] [0,-1] [0,-3] (slice(None),slice(1,3)) (slice(None),slice(None),slice(None,None,2))
(slice(None),slice(1,2),slice(None,None,-1)) (slice(None),slice(None),slice(5,9)) slice(0,0)
slice(2,1) slice(None) slice(0,1) slice(-1,None) slice(None,None,-1) slice(None,None,2)
slice(None,None,0) ([0,1],None) (None,[0,1]) ([0],...,[1]) (slice(0,1),[0],None)
([0],None,[1]) ([0],None,slice(None),[1],None) (None,...,None) (1,slice(None),[0,1])
([[0,1],[1,0]],slice(None),slice(1,3)) (slice(1,2),slice(0,1),slice(1,3)) onp.int32(1)
onp.int64(-1) onp.int8(1) onp.float32(1) (onp.int64(1),onp.int32(0)) range(2) [True,False]
onp.array([True,False]) onp.array([0,1]) (onp.array([0,1]),onp.array([[0],[1]])) ([0,1],[1,2,0])
A([0,1]) A([0.0,1.7]) A([[0,1],[1,1]],"int32") (A([0,1],"int64"),A([1,2],"int64")) (0,True)
(None,False) (slice(None),range(2)) [[0,1]] (slice(None),slice(None),[0]) (slice(None),0,[1,2])
"""
CUBE = _CUBE.split()
_LINE = """
1 5 -6 slice(1,3) slice(1,10) slice(7,9) slice(3,1) slice(-2,None) slice(-9,2)
slice(None,None,2) slice(None,None,-1) slice(4,1,-2) slice(2,2) (0,) (0,1) ((0,1),) [] [[0,1],[2,3]]
[-1,-5] [-6] [5] [9,0] A([2]) v A([1.7]) v>2 True False None (None,None) "a"
[True,False,True,False,True] onp.array([[True]])
"""
LINE = _LINE.split()


@pytest.mark.parametrize("key", CUBE)
def test_get(mx, front, key):
    names = scope(mx, front)
    return names["x"][eval(key, names)]


@pytest.mark.parametrize("key", LINE)
def test_get_from_a_vector(mx, front, key):
    names = scope(mx, front)
    return names["v"][eval(key, names)]


@pytest.mark.parametrize("key", ("()", "0", "slice(None)", "...", "None", "True", "[0]", "(0,0)"))
def test_get_scalar(mx, front, key):
    s = front.array(3.0)
    return attempt(lambda: s[eval(key)])


@pytest.mark.parametrize(
    "key", ("(slice(None),slice(None),slice(5,9))", "slice(2,2)", "(0,slice(3,3))")
)
def test_get_empty(mx, front, key):
    return filled(mx, front, (2, 3, 4))[eval(key)]


@pytest.mark.parametrize("dtype", ("float16", "float64", "int8", "int32", "int64", "uint8", "bool"))
def test_get_dtypes(mx, front, dtype):
    x = filled(mx, front, (3, 4), dtype)
    return x[1], x[1:], x[1, 2], x[:, 1], x[:, ::2], x[[0, 2]], x[[0, 2], [1, 1]]


MASKS = {
    "rows": 'A([1,0,1],"bool")',
    "rows and a column": '(A([1,0,1],"bool"),1)',
    "columns": '(slice(None),A([1,0,1,0],"bool"))',
    "all": "x>5",
    "none": "x>50",
    "too long": 'A([1,0,1,1],"bool")',
    "too many axes": 'A([[[1]]],"bool")',
    "wrong column": '(slice(None),A([1,0,1],"bool"))',
    "host": "onp.array([True,False,True])",
    "host cells": "onp.arange(12).reshape(3,4)>5",
    "list": "[True,False,True]",
    "host in a tuple": "(slice(None),onp.array([True,False,True,True]))",
    "zero-dimensional": 'A(True,"bool")',
    "zero-dimensional with a row": '(0,A(True,"bool"))',
    "two": '(A([1,0,1],"bool"),A([1,1,0,0],"bool"))',
}


@pytest.mark.parametrize("name", MASKS)
def test_get_mask(mx, front, name):
    names = scope(mx, front)
    x = names["x"] = filled(mx, front, (3, 4))
    return attempt(lambda: x[eval(MASKS[name], names)])


@pytest.mark.parametrize("name", ("rows", "columns", "all", "none"))
def test_mask_of_legacy_arrays_under_np_semantics(mx, name):
    with mx.util.np_array(True), mx.util.np_shape(True):
        names = scope(mx, mx.nd)
        x = names["x"] = filled(mx, mx.nd, (3, 4))
        return attempt(lambda: x[eval(MASKS[name], names)])


_VIEWS = """
0 (1,2) slice(1,3) slice(None) ... (0,slice(1,3)) (slice(None),1) (slice(None),slice(1,3))
slice(None,None,2) (slice(0,1),slice(None,None,2)) (2,slice(None,None,-1)) None (0,None) [0]
(slice(1,2),slice(0,1)) (slice(1,2),slice(None)) (slice(0,3),slice(0,4)) ()
(slice(1,2),slice(0,1),None)
"""
VIEWS = _VIEWS.split()


@pytest.mark.parametrize("key", VIEWS)
def test_what_shares_memory(mx, front, key):
    x = filled(mx, front, (3, 4))
    part = x[eval(key)]
    part += 100
    return x, part, part is x


def test_views_of_views(mx, front):
    x = filled(mx, front, (3, 4))
    x[1:][0][2:][:] = -1
    row = x[2]
    x *= 2
    return x, row


_RECORDED = """
0 -1 (1,2) slice(1,3) (slice(None),1) (slice(None),slice(1,3)) slice(None,None,-1) ... None
(slice(None),None) [0,2] [0,0,1] ([0,2],[1,1]) ([1,1],[3,3]) (slice(None),[0,0]) (0,[1,1,2])
([0,1],None) (slice(None),slice(None,None,2)) ([[0,1],[1,1]],slice(1,3)) range(2)
"""
RECORDED = _RECORDED.split()


@pytest.mark.parametrize("dtype", ("float32", "float64", "float16"))
@pytest.mark.parametrize("key", RECORDED)
def test_gradients(mx, front, key, dtype):
    x = filled(mx, front, (3, 4), dtype)
    return grads(mx, lambda a: a[eval(key)] * a[eval(key)], x)


@pytest.mark.np
def test_gradient_of_an_empty_part(mx):
    return grads(mx, lambda a: a[2:2] * a[2:2], filled(mx, mx.np, (3, 4)))


@pytest.mark.np
@pytest.mark.parametrize("name", ("rows", "columns", "all", "rows and a column", "host", "list"))
def test_gradients_of_masks(mx, name):
    names = scope(mx, mx.np)
    x = names["x"] = filled(mx, mx.np, (3, 4))
    key = eval(MASKS[name], names)
    return grads(mx, lambda a: a[key] * 3, x)


def test_gradient_of_several_parts(mx, front):
    x = filled(mx, front, (4,))
    return grads(mx, lambda a: a[1:] * a[:-1] + a[0] * a[[3, 2, 1]], x)


def test_iteration(mx, front):
    x = filled(mx, front, (2, 3))
    rows = list(x)
    first, second = x
    rows[0][:] = 9
    return rows, first, second, list(zip(x, x)), [v for row in x for v in row], x


def test_membership_and_length(mx, front):
    x = filled(mx, front, (5,))
    return len(x), 3 in x, 9 in x, attempt(len, front.array(1.0)), attempt(list, front.array(1.0))
