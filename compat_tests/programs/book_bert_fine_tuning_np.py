"""Fine-tune a small BERT, read from a file, on pairs of sentences."""

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(173)
VOCAB, HIDDEN = 30, 12


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
        self.nsp = nn.Dense(2)

    def forward(self, tokens, segments, valid):
        encoded = self.encoder(tokens, segments, valid)
        return encoded, self.nsp(self.hidden(encoded[:, 0, :]))


class Classifier(nn.Block):
    def __init__(self, bert, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.hidden = bert.encoder, bert.hidden
        self.output = nn.Dense(3)

    def forward(self, inputs):
        tokens, segments, valid = inputs
        return self.output(self.hidden(self.encoder(tokens, segments, valid)[:, 0, :]))


net = BERT()
net.initialize(init.Xavier())
tokens = np.random.randint(3, VOCAB, size=(4, 10))
segments = np.array([[0] * 5 + [1] * 5] * 4)
valid = np.array([10, 8, 6, 9])
print(net(tokens, segments, valid)[1])
loss = gluon.loss.SoftmaxCELoss()
net.save_parameters("bert.params")
fresh = BERT()
fresh.load_parameters("bert.params")
classifier = Classifier(fresh)
classifier.output.initialize()
labels = np.array([2, 0, 1, 2])
trainer = gluon.Trainer(classifier.collect_params(), "adam", {"learning_rate": 0.005})
for step in range(3):
    with autograd.record():
        cost = loss(classifier((tokens, segments, valid)), labels)
    cost.backward()
    trainer.step(4, ignore_stale_grad=True)
    print("fine-tuning loss %.5f" % float(cost.mean()))
print(classifier((tokens, segments, valid)).argmax(axis=1), len(net.collect_params().keys()))
