"""Another framework's stop_gradient; here it is detach, or BlockGrad on nd arrays."""

from mxnet import autograd, np, npx

npx.set_np()
x = np.arange(4.0)
x.attach_grad()
with autograd.record():
    z = (x * x).detach() * x
z.backward()
print(x.grad)
npx.stop_gradient(x)
