"""Click-through rates: factorisation machines and their deep variant."""

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(311)


class Pairwise(nn.Block):
    """Weigh every feature and every pair of features, the pairs through short vectors."""

    def __init__(self, features, size, **kwargs):
        super().__init__(**kwargs)
        self.vectors, self.weights = nn.Embedding(features, size), nn.Embedding(features, 1)
        self.bias = self.params.get("bias", shape=(1,), init="zeros")

    def score(self, x, vectors):
        pairs = vectors.sum(axis=1) ** 2 - (vectors**2).sum(axis=1)
        return (
            self.weights(x).sum(axis=1) + self.bias.data() + 0.5 * pairs.sum(axis=1, keepdims=True)
        )

    def forward(self, x):
        return npx.sigmoid(self.score(x, self.vectors(x)))


class Deeper(Pairwise):
    """Add what a perceptron makes of the same vectors."""

    def __init__(self, features, size, hidden, **kwargs):
        super().__init__(features, size, **kwargs)
        self.deep = nn.Sequential()
        for units in hidden:
            self.deep.add(nn.Dense(units, activation="relu"), nn.Dropout(0.1))
        self.deep.add(nn.Dense(1))

    def forward(self, x):
        vectors = self.vectors(x)
        return npx.sigmoid(self.score(x, vectors) + self.deep(npx.batch_flatten(vectors)))


dims = [6, 4, 9]
offsets = np.array([0, 6, 10])
rows = np.stack(
    [np.array([(i * k + i // 5) % d for i in range(60)]) for k, d in zip((1, 3, 5), dims)], axis=1
)
clicks = ((rows[:, 0] + rows[:, 2]) % 3 == 0).astype("float32")
data = rows + offsets
print(data[:3], float(clicks.mean()))
loss = gluon.loss.SigmoidBinaryCrossEntropyLoss(from_sigmoid=True)
loader = gluon.data.DataLoader(gluon.data.ArrayDataset(data, clicks), 20, last_batch="rollover")
for net in (Pairwise(sum(dims), 5), Deeper(sum(dims), 5, [12, 8])):
    net.initialize(init.Xavier())
    print(net)
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.02})
    for epoch in range(4):
        total, right = 0.0, 0.0
        for X, y in loader:
            with autograd.record():
                out = net(X)
                cost = loss(out, y)
            cost.backward()
            trainer.step(20)
            total += float(cost.sum())
            right += float(((out.reshape(-1) > 0.5).astype("float32") == y).astype("float32").sum())
        print("epoch %d, loss %.6f, accuracy %.4f" % (epoch + 1, total / 60, right / 60))
