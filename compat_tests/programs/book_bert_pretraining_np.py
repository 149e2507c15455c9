"""A small BERT: segments, masked language model, next sentence."""

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(173)
VOCAB, HIDDEN = 30, 12


def tokens_and_segments(a, b=None):
    tokens = ["<cls>", *a, "<sep>"]
    segments = [0] * (len(a) + 2)
    if b is not None:
        tokens += [*b, "<sep>"]
        segments += [1] * (len(b) + 1)
    return tokens, segments


print(tokens_and_segments("the tide is low".split(), "boats rest".split()))


class Block(nn.Block):
    def __init__(self, heads, dropout, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads
        self.qkv = nn.Dense(3 * HIDDEN, flatten=False)
        self.out = nn.Dense(HIDDEN, flatten=False)
        self.ffn = nn.Sequential()
        self.ffn.add(nn.Dense(24, flatten=False), nn.GELU(), nn.Dense(HIDDEN, flatten=False))
        self.norm1, self.norm2 = nn.LayerNorm(), nn.LayerNorm()
        self.dropout = nn.Dropout(dropout)

    def forward(self, X, valid):
        batch, length, _ = X.shape
        qkv = self.qkv(X).reshape(batch, length, 3, self.heads, -1).transpose(2, 0, 3, 1, 4)
        q, k, v = (part.reshape(batch * self.heads, length, -1) for part in qkv)
        scores = npx.batch_dot(q, k, transpose_b=True) / (HIDDEN / self.heads) ** 0.5
        if valid is not None:
            kept = (np.arange(length) < valid.reshape(-1, 1)).astype("float32")
            kept = np.expand_dims(kept.repeat(self.heads, axis=0), 1)
            scores = scores * kept - 1e6 * (1 - kept)
        mixed = npx.batch_dot(npx.softmax(scores, axis=-1), v)
        mixed = mixed.reshape(batch, self.heads, length, -1).transpose(0, 2, 1, 3)
        X = self.norm1(X + self.dropout(self.out(mixed.reshape(batch, length, -1))))
        return self.norm2(X + self.dropout(self.ffn(X)))


class Encoder(nn.Block):
    def __init__(self, blocks, longest=20, **kwargs):
        super().__init__(**kwargs)
        self.tokens = nn.Embedding(VOCAB, HIDDEN)
        self.segments = nn.Embedding(2, HIDDEN)
        self.blocks = nn.Sequential()
        for _ in range(blocks):
            self.blocks.add(Block(2, 0.1))
        self.positions = self.params.get("positions", shape=(1, longest, HIDDEN))

    def forward(self, tokens, segments, valid):
        X = self.tokens(tokens) + self.segments(segments)
        X = X + self.positions.data(ctx=X.ctx)[:, : X.shape[1], :]
        for block in self.blocks:
            X = block(X, valid)
        return X


class BERT(nn.Block):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.encoder = Encoder(2)
        self.hidden = nn.Dense(HIDDEN, activation="tanh")
        self.mlm = nn.Sequential()
        self.mlm.add(nn.Dense(HIDDEN, flatten=False, activation="relu"))
        self.mlm.add(nn.LayerNorm(), nn.Dense(VOCAB, flatten=False))
        self.nsp = nn.Dense(2)

    def forward(self, tokens, segments, valid, places):
        encoded = self.encoder(tokens, segments, valid)
        rows = np.arange(0, encoded.shape[0]).repeat(places.shape[1])
        masked = encoded[rows, places.reshape(-1)].reshape(*places.shape, -1)
        return encoded, self.mlm(masked), self.nsp(self.hidden(encoded[:, 0, :]))


net = BERT()
net.initialize(init.Xavier())
tokens = np.random.randint(3, VOCAB, size=(4, 10))
segments = np.array([[0] * 5 + [1] * 5] * 4)
valid = np.array([10, 8, 6, 9])
places = np.array([[1, 5], [6, 2], [3, 5], [2, 7]], dtype="int32")
answers = tokens[np.arange(4).repeat(2), places.reshape(-1)].reshape(4, 2)
masked = tokens.copy()
masked[np.arange(4).repeat(2), places.reshape(-1)] = 1
weights = np.array([[1.0, 1], [1, 1], [1, 0], [1, 1]])
follows = np.array([0, 1, 1, 0])
encoded, words, next_sentence = net(masked, segments, valid, places)
print(encoded.shape, words.shape, next_sentence.shape)
loss = gluon.loss.SoftmaxCELoss()
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.01})
for step in range(4):
    with autograd.record():
        _, words, next_sentence = net(masked, segments, valid, places)
        mlm = loss(words.reshape(-1, VOCAB), answers.reshape(-1), weights.reshape(-1, 1)).sum()
        mlm = mlm / weights.sum()
        nsp = loss(next_sentence, follows).mean()
        total = mlm + nsp
    total.backward()
    trainer.step(1)
    print("MLM loss %.5f, NSP loss %.5f" % (float(mlm), float(nsp)))

encoded, _, _ = net(tokens[:1], segments[:1], valid[:1], places[:1])
print(encoded[0, 0, :4], len(net.collect_params().keys()))
