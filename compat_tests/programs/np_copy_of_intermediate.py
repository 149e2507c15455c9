"""The forum's answer: keep the graph of z alive in a copy made before z.attach_grad cuts it."""

from mxnet import autograd, np, npx

npx.set_np()
x = np.arange(3)
x.attach_grad()
with autograd.record():
    z = 2 * x
    w = z.copy()
    z.attach_grad()
    y = np.dot(z, z)
y.backward()
w.backward()
print(f"x=>{x.grad} z=>{z.grad}")
