"""An in-place update of a value that the graph needs."""

from mxnet import autograd, nd

x = nd.arange(4)
x.attach_grad()
with autograd.record():
    y = x * x
    print(y)
    y[:] = 1
