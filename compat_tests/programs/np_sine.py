"""f(x) = sin(x) and its derivative over one period, tabulated instead of plotted."""

from mxnet import autograd, np, npx

npx.set_np()
x = np.linspace(-np.pi, np.pi, 9)
x.attach_grad()
with autograd.record():
    y = np.sin(x)
y.backward()
for a, f, g in zip(x.asnumpy(), y.asnumpy(), x.grad.asnumpy()):
    print("%8.4f %8.4f %8.4f" % (a, f, g))
print(abs(x.grad - np.cos(x)).max() < 1e-6)
