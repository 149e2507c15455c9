"""The part of the chain rule that autograd did not see is handed to backward as a head gradient."""

from mxnet import autograd, nd

x = nd.array([0.0, 1.0, 2.0, 3.0])
x.attach_grad()
with autograd.record():
    y = x * 2
dzdy = nd.array([10, 1.0, 0.1, 0.01])
y.backward(dzdy)
print(x.grad)
print("head left as it was:", dzdy.asnumpy())
