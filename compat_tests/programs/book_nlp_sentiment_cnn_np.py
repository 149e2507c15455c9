"""One-dimensional convolutions by hand, and a TextCNN with two embeddings."""

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(271)


def slide(x, kernel):
    width = len(kernel)
    return np.array([float((x[i : i + width] * kernel).sum()) for i in range(len(x) - width + 1)])


print(slide(np.arange(7), np.array([1, 2])))
channels = np.stack([np.arange(6), np.arange(3, 9)])
print(sum(slide(x, k) for x, k in zip(channels, np.array([[1, 2], [-1, 4]]))))


class Windows(nn.Block):
    """Two tables of word vectors, one of them fixed; the strongest answer of every filter."""

    def __init__(self, words, size, widths, filters, **kwargs):
        super().__init__(**kwargs)
        self.trained, self.fixed = nn.Embedding(words, size), nn.Embedding(words, size)
        self.filters = nn.Sequential()
        for width in widths:
            branch = nn.Sequential()
            branch.add(
                nn.Conv1D(filters, width, activation="relu"), nn.GlobalMaxPool1D(), nn.Flatten()
            )
            self.filters.add(branch)
        self.decide = nn.Sequential()
        self.decide.add(nn.Dropout(0.5), nn.Dense(2))

    def forward(self, review):
        vectors = np.concatenate([self.trained(review), self.fixed(review)], axis=-1).swapaxes(1, 2)
        return self.decide(np.concatenate([branch(vectors) for branch in self.filters], axis=1))


V = 20
reviews = np.random.randint(2, V, size=(24, 10))
labels = np.array([i % 2 for i in range(24)])
reviews[:, 3] = np.where(labels == 1, np.array(5.0), np.array(6.0)).astype(reviews.dtype)
net = Windows(V, 6, [3, 4, 5], 4)
net.initialize(init.Xavier())
print(net)
net.fixed.weight.set_data(np.random.normal(0, 0.5, size=(V, 6)))
net.fixed.collect_params().setattr("grad_req", "null")
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.01})
loss = gluon.loss.SoftmaxCrossEntropyLoss()
for epoch in range(4):
    total = 0.0
    for i in range(0, 24, 8):
        with autograd.record():
            cost = loss(net(reviews[i : i + 8]), labels[i : i + 8])
        cost.backward()
        trainer.step(8)
        total += float(cost.sum())
    print("epoch %d, loss %.6f" % (epoch + 1, total / 24))
predicted = np.argmax(net(reviews), axis=1)
print(
    int((predicted.astype(labels.dtype) == labels).sum()),
    [p.grad_req for p in net.collect_params().values()][:2],
)
