"""Slopes by finite differences, tangents, partial derivatives and the chain rule."""

from mxnet import autograd, np, npx

npx.set_np()


def f(x):
    return 3 * x**2 - 4 * x


def quotient(f, x, h):
    return (f(x + h) - f(x)) / h


h = 0.1
for _ in range(5):
    print(f"h={h:.5f}, slope={quotient(f, 1, h):.5f}")
    h *= 0.1

x = np.arange(0, 3, 0.5)
x.attach_grad()
with autograd.record():
    y = f(x)
y.backward()
print(x.grad, 6 * x - 4)
print("tangent at 1:", [float(2 * value - 3) for value in x])

point = np.array([1.0, 2.0, -1.0])
point.attach_grad()
with autograd.record():
    u = 3 * point[0] ** 2 + 5 * np.exp(point[1])
u.backward()
print(point.grad)

# the gradient of a quadratic form is (A + A^T) x, that of a norm points outwards
A = np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 3.0], [1.0, 0.0, 1.0]])
with autograd.record():
    form = np.dot(point, np.dot(A, point))
form.backward()
print(point.grad, np.dot(A + A.T, point))
with autograd.record():
    length = np.sqrt((point**2).sum())
length.backward()
print(point.grad, point / np.linalg.norm(point))

a, b = np.array(0.5), np.array(2.0)
a.attach_grad()
b.attach_grad()
with autograd.record():
    inner = a * b + np.sin(a)
    outer = np.tanh(inner) ** 2 + np.log(inner)
outer.backward()
print(a.grad, b.grad)
