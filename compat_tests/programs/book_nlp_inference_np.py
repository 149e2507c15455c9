"""Natural-language inference: attend, compare, aggregate."""

import mxnet as mx
import numpy
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(277)
numpy.random.seed(277)  # the loader's shuffling draws from here


def mlp(num_hiddens, flatten):
    net = nn.Sequential()
    for _ in range(2):
        net.add(nn.Dropout(0.2))
        net.add(nn.Dense(num_hiddens, activation="relu", flatten=flatten))
    return net


class Attend(nn.Block):
    def __init__(self, num_hiddens, **kwargs):
        super().__init__(**kwargs)
        self.f = mlp(num_hiddens, flatten=False)

    def forward(self, A, B):
        e = npx.batch_dot(self.f(A), self.f(B), transpose_b=True)
        beta = npx.batch_dot(npx.softmax(e), B)
        alpha = npx.batch_dot(npx.softmax(e.transpose(0, 2, 1)), A)
        return beta, alpha


class Compare(nn.Block):
    def __init__(self, num_hiddens, **kwargs):
        super().__init__(**kwargs)
        self.g = mlp(num_hiddens, flatten=False)

    def forward(self, A, B, beta, alpha):
        return self.g(np.concatenate([A, beta], axis=2)), self.g(np.concatenate([B, alpha], axis=2))


class Aggregate(nn.Block):
    def __init__(self, num_hiddens, num_outputs, **kwargs):
        super().__init__(**kwargs)
        self.h = mlp(num_hiddens, flatten=True)
        self.h.add(nn.Dense(num_outputs))

    def forward(self, V_A, V_B):
        return self.h(np.concatenate([V_A.sum(axis=1), V_B.sum(axis=1)], axis=1))


class DecomposableAttention(nn.Block):
    def __init__(self, vocab_size, embed_size, num_hiddens, **kwargs):
        super().__init__(**kwargs)
        self.embedding = nn.Embedding(vocab_size, embed_size)
        self.attend = Attend(num_hiddens)
        self.compare = Compare(num_hiddens)
        self.aggregate = Aggregate(num_hiddens, 3)

    def forward(self, X):
        premises, hypotheses = X
        A, B = self.embedding(premises), self.embedding(hypotheses)
        beta, alpha = self.attend(A, B)
        return self.aggregate(*self.compare(A, B, beta, alpha))


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
net = DecomposableAttention(20, 8, 10)
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
    print(net(X)[0], y, float(cost.mean()))


def predict_snli(net, premise, hypothesis):
    label = np.argmax(net([premise.reshape((1, -1)), hypothesis.reshape((1, -1))]), axis=1)
    return ["entailment", "contradiction", "neutral"][int(label)]


print(predict_snli(net, np.array([1, 2, 3]), np.array([2, 3])))
