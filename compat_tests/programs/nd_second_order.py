"""A second gradient: grad with create_graph, then backward through what it returned."""

from mxnet import autograd, nd

x = nd.array([0.5, 1.0, 2.0])
x.attach_grad()
with autograd.record():
    y = nd.log(x)
    first = autograd.grad(y, [x], create_graph=True, retain_graph=True)[0]
    print(first)
    s = first.sum()
s.backward()
print(x.grad)
with autograd.record():
    y = nd.sin(x)
    first = autograd.grad(y, x, create_graph=True)
    second = autograd.grad(first, x)[0]
print(type(first).__name__)
print((second + nd.sin(x)).abs().max() < 1e-6)
