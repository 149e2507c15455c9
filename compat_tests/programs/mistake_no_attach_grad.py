"""Recorded, but no variable was marked: there is nothing to differentiate."""

from mxnet import autograd, nd

x = nd.array([0.0, 1.0, 2.0, 3.0])
with autograd.record():
    y = x * 2
print(x.grad)
y.backward()
