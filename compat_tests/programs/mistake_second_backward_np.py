"""The graph is gone after backward; a second one needs retain_graph=True."""

from mxnet import autograd, np, npx

npx.set_np()
x = np.arange(4.0)
x.attach_grad()
with autograd.record():
    y = x * x
y.backward(retain_graph=True)
print(x.grad)
y.backward()
print(x.grad)
y.backward()
