"""Gradients that add up, and ways to reset them."""

from mxnet import autograd, np, npx

npx.set_np()
x = np.arange(4.0)
x.attach_grad(grad_req="add")
for _ in range(3):
    with autograd.record():
        y = (x * x).sum()
    y.backward()
    print(x.grad)
x.grad[:] = 0
with autograd.record():
    y = x.sum()
y.backward()
print(x.grad)
x.attach_grad(grad_req="null")
with autograd.record():
    y = x.sum()
print(x.grad)
