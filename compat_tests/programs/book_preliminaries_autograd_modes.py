"""Gradients through control flow, modes, detached parts and added gradients, in both editions."""

import mxnet as mx
from mxnet import autograd, nd, np, npx

x = nd.array([[1.0], [2.0], [3.0]])
x.attach_grad()
with autograd.record():
    print(autograd.is_training(), autograd.is_recording())
    y = nd.dot(x.T, x) * 2
y.backward()
print(x.grad)
with autograd.predict_mode():
    print(autograd.is_training())


def doubled(a):
    b = a * 3
    turns = 0
    while b.norm().asscalar() < 500:
        b = b * 2
        turns += 1
    print("turns", turns)
    return b if b.sum().asscalar() > 0 else 50 * b


for start in (0.7, -4.2):
    a = nd.array([start])
    a.attach_grad()
    with autograd.record():
        c = doubled(a)
    c.backward()
    print(a.grad == c / a, a.grad)

npx.set_np()
w = np.array([0.5, -1.0, 2.0])
w.attach_grad(grad_req="add")
for step in range(3):
    with autograd.record():
        z = (w * w).sum()
    z.backward()
    print(step, w.grad)
w.grad[:] = 0
with autograd.record():
    fixed = (w * 2).detach()
    z = (fixed * w).sum()
z.backward()
print(w.grad)
with autograd.record(train_mode=False):
    kept = npx.dropout(np.ones(4), p=0.5)
    print(kept, autograd.is_training())
with autograd.record():
    with autograd.pause():
        print(autograd.is_recording())
v = np.array([1.0, 2.0])
v.attach_grad()
with autograd.record():
    cube = v**3
    (slope,) = mx.autograd.grad(cube, [v], create_graph=False, retain_graph=True)
print(slope)
