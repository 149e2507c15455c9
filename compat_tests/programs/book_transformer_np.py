"""Positional encoding, encoder and decoder blocks with masks, a few steps of training."""

import math

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(167)


def masked_softmax(X, lengths):
    shape = X.shape
    lengths = lengths.repeat(shape[1]) if lengths.ndim == 1 else lengths.reshape(-1)
    X = npx.sequence_mask(X.reshape(-1, shape[-1]), lengths, True, value=-1e6, axis=1)
    return npx.softmax(X).reshape(shape)


class Attention(nn.Block):
    def __init__(self, hidden, heads, dropout, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads
        self.maps = nn.Sequential()
        for _ in range(4):
            self.maps.add(nn.Dense(hidden, use_bias=False, flatten=False))
        self.dropout = nn.Dropout(dropout)

    def split(self, X):
        X = X.reshape(X.shape[0], X.shape[1], self.heads, -1).transpose(0, 2, 1, 3)
        return X.reshape(-1, X.shape[2], X.shape[3])

    def forward(self, q, k, v, lengths):
        q, k, v = (self.split(f(x)) for f, x in zip(self.maps, (q, k, v)))
        lengths = lengths.repeat(self.heads, axis=0)
        scores = npx.batch_dot(q, k, transpose_b=True) / math.sqrt(q.shape[-1])
        out = npx.batch_dot(self.dropout(masked_softmax(scores, lengths)), v)
        out = out.reshape(-1, self.heads, out.shape[1], out.shape[2]).transpose(0, 2, 1, 3)
        return self.maps[3](out.reshape(out.shape[0], out.shape[1], -1))


def ffn(hidden, out):
    net = nn.Sequential()
    net.add(nn.Dense(hidden, flatten=False, activation="relu"), nn.Dense(out, flatten=False))
    return net


def positions(X):
    length, hidden = X.shape[1:]
    angles = np.arange(length).reshape(-1, 1) / np.power(10000, np.arange(0, hidden, 2) / hidden)
    P = np.zeros((1, length, hidden))
    P[:, :, 0::2], P[:, :, 1::2] = np.sin(angles), np.cos(angles)
    return X + P


class EncoderBlock(nn.Block):
    def __init__(self, hidden, inner, heads, dropout, **kwargs):
        super().__init__(**kwargs)
        self.attention = Attention(hidden, heads, dropout)
        self.norm1, self.norm2 = nn.LayerNorm(), nn.LayerNorm()
        self.dropout = nn.Dropout(dropout)
        self.ffn = ffn(inner, hidden)

    def forward(self, X, lengths):
        Y = self.norm1(X + self.dropout(self.attention(X, X, X, lengths)))
        return self.norm2(Y + self.dropout(self.ffn(Y)))


class DecoderBlock(nn.Block):
    def __init__(self, hidden, inner, heads, dropout, **kwargs):
        super().__init__(**kwargs)
        self.attention1 = Attention(hidden, heads, dropout)
        self.attention2 = Attention(hidden, heads, dropout)
        self.norms = nn.Sequential()
        self.norms.add(nn.LayerNorm(), nn.LayerNorm(), nn.LayerNorm())
        self.ffn = ffn(inner, hidden)

    def forward(self, X, memory, lengths):
        seen = np.tile(np.arange(1, X.shape[1] + 1), (X.shape[0], 1))
        Y = self.norms[0](X + self.attention1(X, X, X, seen))
        Z = self.norms[1](Y + self.attention2(Y, memory, memory, lengths))
        return self.norms[2](Z + self.ffn(Z))


HIDDEN, V = 16, 9
print(positions(np.zeros((1, 4, HIDDEN)))[0, :, :5])
block = EncoderBlock(HIDDEN, 24, 4, 0.5)
block.initialize()
print(block, block(np.ones((2, 5, HIDDEN)), np.array([3, 2])).shape)


class Transformer(nn.Block):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.source, self.target = nn.Embedding(V, HIDDEN), nn.Embedding(V, HIDDEN)
        self.encoder, self.decoder = nn.Sequential(), nn.Sequential()
        for _ in range(2):
            self.encoder.add(EncoderBlock(HIDDEN, 24, 2, 0.1))
            self.decoder.add(DecoderBlock(HIDDEN, 24, 2, 0.1))
        self.dense = nn.Dense(V, flatten=False)

    def forward(self, X, Y, lengths):
        memory = positions(self.source(X) * math.sqrt(HIDDEN))
        for block in self.encoder:
            memory = block(memory, lengths)
        Y = positions(self.target(Y) * math.sqrt(HIDDEN))
        for block in self.decoder:
            Y = block(Y, memory, lengths)
        return self.dense(Y)


net = Transformer()
net.initialize(init.Xavier())
X = np.array([[1, 2, 3, 4, 0], [5, 6, 7, 0, 0], [8, 1, 8, 1, 8]])
lengths = np.array([4, 3, 5])
Y = (X + 1) % V
given = np.concatenate([np.zeros((3, 1)), Y[:, :-1]], 1)
loss = gluon.loss.SoftmaxCrossEntropyLoss()
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.005})
for step in range(4):
    with autograd.record():
        cost = loss(net(X, given, lengths), Y)
    cost.backward()
    trainer.step(3)
    print("step %d loss %.5f" % (step + 1, float(cost.mean())))
print(net(X, given, lengths).argmax(axis=2))
