"""A gradient taken without create_graph is a plain value: there is nothing to go back through."""

from mxnet import autograd, nd

x = nd.array([0.5, 1.0, 2.0])
x.attach_grad()
with autograd.record():
    y = nd.log(x)
    first = autograd.grad(y, [x])[0]
print(first)
first.backward()
