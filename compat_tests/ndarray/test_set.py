"""Writing into arrays: keys against values, dtypes, what broadcasts, errors."""

import numpy
import pytest

from compat_tests.inputs import attempt
from compat_tests.ndarray.test_get import filled

STATEMENTS = (
    """
x[0]=7;x[-1]=7;x[3]=7;x[-4]=1;x[0,1]=7;x[0,9]=7;x[5,0]=7;x[0,0,0]=1;x[:]=7;x[:]=True;x[...]=7;x[1:]=7
x[:,1:3]=7;x[::2]=7;x[::-1]=A([1,2,3,4]);x[:,::-2]=A([1,2]);x[0]=A([1,2,3,4]);x[0]=A([1,2,3])
x[0]=A([[1,2,3,4]]);x[0]=A([[[5]]]);x[:]=A([1,2,3,4]);x[:]=A([[1],[2],[3]]);x[:]=A([1,2,3])
x[:]=onp.arange(4);x[:]=onp.arange(12).reshape(3,4);x[:]=onp.array([1,2,3]);x[:]=onp.float64(2.5)
x[0]=onp.float32(2.5);x[0]=onp.array([1,2,3,4.]);x[0]=[1,2,3,4];x[0]=[1,2];x[0]=(9,8,7,6)
x[:]=[[1],[2],[3]];x[0]="a";x[0]=None;x[0]=[None];x[0,1]=A([5]);x[0,1]=A(5);x[0,1]=A([5,6])
x[1:2,1:3]=A([[5,6]]);x[1:2,1:3]=A([5,6]);x[None]=3;x[None,0]=3;x[0,None]=A([1,2,3,4])
x[0,None]=A([[1,2,3,4]]);x[:,None]=A([[[1,2,3,4]]]);x[[0,2]]=9;x[[0,2]]=A([1,2,3,4])
x[[0,2]]=A([[1],[2]]);x[[0,2],[1,3]]=A([7,8]);x[[0,2],[1,3]]=[7,8];x[[0,0]]=A([[1]*4,[2]*4])
x[:,[0,1]]=5;x[:,[1,0]]=A([[1,2],[3,4],[5,6]]);x[A([0,1])]=5;x[A([0,1],"int32")]=5
x[onp.array([0,1])]=5;x[onp.array([True,False,True])]=5;x[[True,False,True]]=5;x[x>5]=0
x[x>5]=A([9]);x[x>5]=A([1,2,3,4,5,6]);x[x>5]=onp.array([1.]);x[x>5]=[1];x[x>50]=1;x[True]=3;x[False]=3
x[A([1,0,1],"bool")]=9;x[A([1,0,1],"bool")]=A([1,2,3,4]);x[A([1,0,1],"bool"),1]=9
x[:,A([1,0,1,0],"bool")]=9;x[1.5]=1;x["a"]=1;x[{}]=1;x[0:0]=1;x[2:1]=1;x[:,5:7]=1;x[0]=float("nan")
x[0]=float("inf");x[0]=1e20;x[0]=300;x[0]=-2.7;x[0]=x[1];x[:]=x;x[:]=A([[1,2,3,4]]*3,"float64")
x[0]=A([1,2,3,4],"int32");x[0]=mx.nd.array([1,2,3,4]);x[0]=mx.np.array([1,2,3,4]);x[0:1,0:1]=onp.array([[[3]]])
x[1]=onp.zeros((1,1,4));x[:]=onp.zeros((1,3,4));x[0:2]=onp.zeros((2,1));x[0,0]=onp.array([3.])
x[0,0]=onp.array(3.);x[:,0]=onp.array([1,2,3]);x[:,0]=onp.array([[1],[2],[3]]);x[0,:]=x[:,0];x[-1,-1]=7
x[0,:,None]=1;x[0,0:2,None]=A([[3],[4]]);x[...,0]=1;x[...,None]=1;x[0,...]=2;x[[0],[1,2,3]]=1
x[[0,1],[1,2,3]]=1;x[[[0,1]]]=1;x[slice(1,3),range(2)]=7;x[range(2)]=7;x[()]=7;x[onp.int64(1)]=4
x[onp.int8(1)]=4;x[()]=A([1,2,3,4]);x[0][1]=5;x[1:][0]=5;x[:,1][0]=5;x[:,1:3][:]=5
x[0:2].reshape((-1,))[:]=5;x[0]=[1,2,3,"a"];x[0]=[[1,2],[3]];x[0]=x[0]*2;x[:]=A([[1,2],[3,4]])
""".replace("\n", ";")
    .strip(";")
    .split(";")
)
VECTOR = (
    """
v[0]=[7];v[1:3]=A([1,2,3]);v[1:3]=A([[1,2]]);v[1:3]=A([[1],[2]]);v[::0]=1;v[[1,1]]=A([7,8]);v[5]=1
v[1:3]=A([[[7]]]);v[-1:]=3;v[4:1:-1]=A([1,2,3]);v[:0]=1;v[(1,)]=4
""".replace("\n", ";")
    .strip(";")
    .split(";")
)
SCALAR = (
    "s[()]=5;s[:]=5;s[...]=5;s[0]=5;s[()]=A([5]);s[()]=A([5,6]);s[()]=onp.array(5);s[()]=[5];"
    "s[()]=onp.float32(5)"
)


def run(mx, front, statement, **names):
    names.update(mx=mx, onp=numpy, A=lambda v, dtype="float32": front.array(v, dtype=dtype))
    target = names[statement[0]]
    exec(statement, names)
    return target


@pytest.mark.parametrize("statement", STATEMENTS)
def test_set(mx, front, statement):
    return run(mx, front, statement, x=filled(mx, front, (3, 4)))


@pytest.mark.parametrize("statement", VECTOR)
def test_set_in_a_vector(mx, front, statement):
    return run(mx, front, statement, v=filled(mx, front, (5,)))


@pytest.mark.parametrize("statement", SCALAR.split(";"))
def test_set_scalar(mx, front, statement):
    return run(mx, front, statement, s=front.array(3.0))


VALUES = (
    """
x[0]=2.7;x[0]=-2.7;x[0]=300;x[0]=float("nan");x[0]=1e20;x[0]=True;x[0]=[1.5,2.5,3.5,4.5]
x[0]=A([1.5,2.5,3.5,4.5]);x[0]=onp.array([1.5,2.5,-3.5,4.5]);x[:]=2.7;x[:]=onp.float32(2.7)
x[:]=onp.full((3,4),2.7);x[[0]]=2.7;x[x>1]=2.7;x[0]=onp.array([300,1,2,3]);x[:]=float("nan")
x[[0,1]]=A([1.5,2.5,3.5,4.5]);x[1,1]=-7;x[:,1]=[1.5,2,3]
""".replace("\n", ";")
    .strip(";")
    .split(";")
)


@pytest.mark.parametrize("dtype", ("float16", "float64", "int8", "int32", "int64", "uint8", "bool"))
@pytest.mark.parametrize("statement", VALUES)
def test_set_dtypes(mx, front, statement, dtype):
    return run(mx, front, statement, x=filled(mx, front, (3, 4), dtype))


def test_set_overlapping(mx, front):
    x = filled(mx, front, (3, 4))
    x[1:] = x[:2]
    return x


@pytest.mark.parametrize("key", ("[-1]", "[5]", "([0],[9])"))
def test_set_out_of_range(mx, front, key):
    x = filled(mx, front, (3, 4))
    x[eval(key)] = 1
    return x


def test_set_on_another_device(mx, front):
    x = front.array([1.0, 2.0], ctx=mx.cpu(0))
    x[0] = front.array([5.0], ctx=mx.cpu(1))
    x[:] = x + front.array([1.0, 1.0])
    return x


def test_slice_assign(mx, front):
    x = filled(mx, front, (3, 4))
    a = attempt(x.slice_assign, front.array([[1.0, 2.0]]), (0, 1), (1, 3), (1, 1))
    b = attempt(x.slice_assign_scalar, 9.0, (1, 0), (3, 2), (None, None))
    return a, b, x


@pytest.mark.parametrize("key", ("[::-1]", "[:,::-1]", "[::-1,::-1]", "[2::-1]", "[::-2]"))
def test_set_numpy_arrays_backwards(mx, front, key):
    values = numpy.arange(12, dtype="float64").reshape(3, 4)
    scope = {"x": filled(mx, front, (3, 4)), "values": values, "rows": values[::2]}
    rows = "rows" if key == "[::-2]" else "values"
    exec(f"x{key} = {rows}", scope)
    seen = [scope["x"].copy()]
    column = numpy.array([[1.0], [2.0], [3.0]])
    for scope["value"] in (numpy.array([1, 2, 3]), column, numpy.ones((2, 3, 4))):
        seen += [attempt(exec, f"x{key} = value", scope), scope["x"].copy()]
    return seen


@pytest.mark.parametrize("dtype", ("int32", "uint8", "float16", "bool"))
def test_set_numpy_vector_backwards(mx, front, dtype):
    x = front.zeros((3,), dtype=dtype)
    x[::-1] = numpy.array([1, 2, 0])
    return x
