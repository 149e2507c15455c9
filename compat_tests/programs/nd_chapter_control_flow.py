"""Python control flow over nd arrays, with `while` and `if` on asscalar."""

from mxnet import autograd, nd


def f(a):
    b = a * 2
    while b.norm().asscalar() < 1000:
        b = b * 2
    if b.sum().asscalar() > 0:
        c = b
    else:
        c = 100 * b
    return c


for value in (1.5, -0.25, 700.0):
    a = nd.array([value])
    a.attach_grad()
    with autograd.record():
        d = f(a)
    d.backward()
    print(a, d, a.grad, a.grad == (d / a))

a = nd.random.normal(shape=1).abs() + 0.5
a.attach_grad()
with autograd.record():
    d = f(a)
d.backward()
print(a.grad == (d / a))
