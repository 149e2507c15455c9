"""Gated recurrent units by hand, against the cell and the fused layer with the same weights."""

import mxnet as mx
from mxnet import autograd, nd
from mxnet.gluon import rnn

mx.random.seed(137)
D, H, B, T = 5, 6, 3, 4


def three():
    return (
        nd.random.normal(scale=0.3, shape=(D, H)),
        nd.random.normal(scale=0.3, shape=(H, H)),
        nd.zeros(H),
    )


def get_params():
    params = [*three(), *three(), *three()]
    for param in params:
        param.attach_grad()
    return params


params = get_params()
W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h = params


def gru(inputs, state):
    (h,) = state
    outputs = []
    for X in inputs:
        Z = nd.sigmoid(nd.dot(X, W_xz) + nd.dot(h, W_hz) + b_z)
        R = nd.sigmoid(nd.dot(X, W_xr) + nd.dot(h, W_hr) + b_r)
        tilde = nd.tanh(nd.dot(X, W_xh) + R * nd.dot(h, W_hh) + b_h)
        h = Z * h + (1 - Z) * tilde
        outputs.append(h)
    return outputs, (h,)


X = nd.random.normal(shape=(T, B, D))
with autograd.record():
    outputs, state = gru(X, (nd.zeros((B, H)),))
    cost = (nd.stack(*outputs) ** 2).sum()
cost.backward()
print("%.6f" % cost.asscalar(), state[0][0])
print([float("%.5g" % p.grad.norm().asscalar()) for p in params])

layer = rnn.GRU(H)
layer.initialize()
layer(X)
joined = nd.concat(W_xr.T, W_xz.T, W_xh.T, dim=0), nd.concat(W_hr.T, W_hz.T, W_hh.T, dim=0)
layer.l0_i2h_weight.set_data(joined[0])
layer.l0_h2h_weight.set_data(joined[1])
with autograd.record():
    fused = layer(X)
    cost = (fused**2).sum()
cost.backward()
print("%.6f" % cost.asscalar(), (fused[-1] - state[0]).norm().asscalar() < 1e-4)
print(layer.l0_i2h_weight.grad()[:2])

cell = rnn.GRUCell(H)
cell.initialize(mx.init.Xavier())
outputs, states = cell.unroll(T, X, layout="TNC", merge_outputs=True)
print(outputs.shape, states[0].shape, outputs[-1, 0])
print(cell, layer)
for name, parameter in cell.collect_params().items():
    print(name, parameter.shape)
