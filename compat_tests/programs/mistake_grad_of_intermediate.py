"""A second gradient attempt: grad with respect to an intermediate, in the way MXNet allows it."""

from mxnet import autograd, nd

x = nd.array([1.0, 2.0, 3.0])
x.attach_grad()
with autograd.record():
    y = x * x * x
    first = autograd.grad(y, [x], create_graph=True, retain_graph=True)[0]
    print(first)
    s = (first * first).sum()
s.backward()
print(x.grad)
print(18 * 2 * x**3 == x.grad)
