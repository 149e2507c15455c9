"""Two backward calls on one nd graph: the second is refused, x.grad stays."""

from mxnet import autograd, nd

x = nd.arange(4)
x.attach_grad()
with autograd.record():
    y = 2 * nd.dot(x, x)
y.backward()
print(x.grad)
try:
    y.backward()
except Exception as error:
    print(type(error).__name__)
print(x.grad)
y.backward()
