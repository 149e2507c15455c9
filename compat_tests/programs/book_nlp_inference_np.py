"""Natural-language inference: attend, compare, aggregate."""

import mxnet as mx
import numpy
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(277)
numpy.random.seed(277)  # the loader's shuffling draws from here


def perceptron(units, flatten):
    net = nn.Sequential()
    for _ in range(2):
        net.add(nn.Dropout(0.2), nn.Dense(units, activation="relu", flatten=flatten))
    return net


class Inference(nn.Block):
    """Align the words of two sentences softly, compare the aligned, add up, decide."""

    def __init__(self, words, size, units, **kwargs):
        super().__init__(**kwargs)
        self.words = nn.Embedding(words, size)
        self.align, self.compare = perceptron(units, False), perceptron(units, False)
        self.decide = perceptron(units, True)
        self.decide.add(nn.Dense(3))

    def aligned(self, one, other):
        scores = npx.batch_dot(self.align(one), self.align(other), transpose_b=True)
        both = np.concatenate([one, npx.batch_dot(npx.softmax(scores), other)], axis=2)
        return self.compare(both).sum(axis=1)

    def forward(self, pair):
        one, other = (self.words(sentence) for sentence in pair)
        return self.decide(
            np.concatenate([self.aligned(one, other), self.aligned(other, one)], axis=1)
        )


class Pairs(gluon.data.Dataset):
    def __init__(self, count):
        self.premises = np.random.randint(1, 15, size=(count, 6))
        self.labels = np.array([i % 3 for i in range(count)])
        shift = np.array([i % 3 for i in range(count)]).astype("int64").reshape(-1, 1)
        self.hypotheses = (self.premises.astype("int64") + shift)[:, 1:5]

    def __getitem__(self, idx):
        return (self.premises[idx], self.hypotheses[idx]), self.labels[idx]

    def __len__(self):
        return len(self.premises)


train = gluon.data.DataLoader(Pairs(18), 6, shuffle=True)
net = Inference(20, 8, 10)
net.initialize(init.Xavier())
loss = gluon.loss.SoftmaxCrossEntropyLoss()
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.01})
for epoch in range(3):
    total = 0.0
    for X, y in train:
        with autograd.record():
            cost = loss(net(X), y)
        cost.backward()
        trainer.step(len(y))
        total += float(cost.sum())
    print("epoch %d, loss %.6f" % (epoch + 1, total / 18), X[0].shape, X[1].shape, y)
fixed = gluon.data.DataLoader(Pairs(12), 4)
for X, y in fixed:
    with autograd.record(train_mode=False):
        cost = loss(net(X), y)
    print(net(X).shape, y, float(cost.mean()))


def relation(net, *pair):
    scores = net([sentence.reshape(1, -1) for sentence in pair])
    return ["entailment", "contradiction", "neutral"][int(scores.argmax(axis=1))]


print(relation(net, np.array([1, 2, 3]), np.array([2, 3])))
