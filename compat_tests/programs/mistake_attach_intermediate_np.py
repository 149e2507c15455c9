"""attach_grad on an intermediate value cuts the graph there: x gets zeros."""

from mxnet import autograd, np, npx

npx.set_np()
x = np.arange(3)
x.attach_grad()
with autograd.record():
    z = 2 * x
    z.attach_grad()
    y = np.dot(z, z)
y.backward()
print(f"x=>{x.grad} z=>{z.grad}")
