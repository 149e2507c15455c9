"""Masked softmax, additive, scaled dot-product and multi-head attention."""

import math

import mxnet as mx
from mxnet import autograd, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(157)


def masked_softmax(X, lengths):
    if lengths is None:
        return npx.softmax(X)
    shape = X.shape
    lengths = lengths.repeat(shape[1]) if lengths.ndim == 1 else lengths.reshape(-1)
    X = npx.sequence_mask(X.reshape(-1, shape[-1]), lengths, True, value=-1e6, axis=1)
    return npx.softmax(X).reshape(shape)


print(masked_softmax(np.random.uniform(size=(2, 2, 4)), np.array([2, 3])))
print(masked_softmax(np.random.uniform(size=(2, 2, 4)), np.array([[1, 3], [2, 4]])))


class Additive(nn.Block):
    def __init__(self, hidden, dropout, **kwargs):
        super().__init__(**kwargs)
        self.W_k = nn.Dense(hidden, use_bias=False, flatten=False)
        self.W_q = nn.Dense(hidden, use_bias=False, flatten=False)
        self.w_v = nn.Dense(1, use_bias=False, flatten=False)
        self.dropout = nn.Dropout(dropout)

    def forward(self, queries, keys, values, lengths):
        queries, keys = self.W_q(queries), self.W_k(keys)
        features = np.tanh(np.expand_dims(queries, 2) + np.expand_dims(keys, 1))
        self.weights = masked_softmax(np.squeeze(self.w_v(features), -1), lengths)
        return npx.batch_dot(self.dropout(self.weights), values)


class DotProduct(nn.Block):
    def __init__(self, dropout, **kwargs):
        super().__init__(**kwargs)
        self.dropout = nn.Dropout(dropout)

    def forward(self, queries, keys, values, lengths=None):
        scores = npx.batch_dot(queries, keys, transpose_b=True) / math.sqrt(queries.shape[-1])
        self.weights = masked_softmax(scores, lengths)
        return npx.batch_dot(self.dropout(self.weights), values)


queries, keys = np.random.normal(0, 1, (2, 1, 20)), np.ones((2, 10, 2))
values = np.arange(40).reshape(1, 10, 4).repeat(2, axis=0)
lengths = np.array([2, 6])
additive = Additive(8, 0.1)
additive.initialize()
print(additive(queries, keys, values, lengths))
dot = DotProduct(0.5)
dot.initialize()
print(dot(np.random.normal(0, 1, (2, 1, 2)), keys, values, lengths), dot.weights)


class MultiHead(nn.Block):
    def __init__(self, hidden, heads, dropout, use_bias=False, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads
        self.attention = DotProduct(dropout)
        self.W_q = nn.Dense(hidden, use_bias=use_bias, flatten=False)
        self.W_k = nn.Dense(hidden, use_bias=use_bias, flatten=False)
        self.W_v = nn.Dense(hidden, use_bias=use_bias, flatten=False)
        self.W_o = nn.Dense(hidden, use_bias=use_bias, flatten=False)

    def split(self, X):
        X = X.reshape(X.shape[0], X.shape[1], self.heads, -1).transpose(0, 2, 1, 3)
        return X.reshape(-1, X.shape[2], X.shape[3])

    def join(self, X):
        X = X.reshape(-1, self.heads, X.shape[1], X.shape[2]).transpose(0, 2, 1, 3)
        return X.reshape(X.shape[0], X.shape[1], -1)

    def forward(self, queries, keys, values, lengths):
        if lengths is not None:
            lengths = lengths.repeat(self.heads, axis=0)
        q, k, v = (
            self.split(self.W_q(queries)),
            self.split(self.W_k(keys)),
            self.split(self.W_v(values)),
        )
        return self.W_o(self.join(self.attention(q, k, v, lengths)))


multi = MultiHead(20, 4, 0.5)
multi.initialize()
X, Y = np.random.normal(size=(2, 4, 20)), np.random.normal(size=(2, 6, 20))
with autograd.record():
    out = multi(X, Y, Y, np.array([3, 2]))
    cost = (out**2).sum()
cost.backward()
print(out.shape, multi, multi.W_q.weight.grad()[0, :3])
