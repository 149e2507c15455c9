"""The forum's example as typed there: neither attach_grad nor record, so there is no graph."""

import mxnet as mx

x = mx.nd.array([0.0, 1.0, 2.0, 3.0])
y = x * 2
print("y", y)
dydz = mx.nd.array([10, 1.0, 0.1, 0.01])
y.backward(dydz)
print("never printed", x.grad)
