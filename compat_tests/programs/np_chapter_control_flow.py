"""A while loop and a branch decided by the data; f is linear in a along whichever path ran."""

from mxnet import autograd, np, npx

npx.set_np()


def f(a):
    b = a * 2
    while np.linalg.norm(b) < 1000:
        b = b * 2
    if b.sum() > 0:
        c = b
    else:
        c = 100 * b
    return c


for value in (1.5, -0.25, 700.0, -2048.0):
    a = np.array(value)
    a.attach_grad()
    with autograd.record():
        d = f(a)
    d.backward()
    print(a, d, a.grad, a.grad == d / a)

a = np.abs(np.random.normal()) + 0.5
a.attach_grad()
with autograd.record():
    d = f(a)
d.backward()
print(a.grad == d / a, type(a).__name__, a.shape)
