"""Sentiment of short reviews with a bidirectional LSTM, first edition."""

import collections

import mxnet as mx
from mxnet import autograd, gluon, init, nd
from mxnet.contrib import text
from mxnet.gluon import data as gdata
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn, rnn

mx.random.seed(269)
GOOD = ["a warm and lovely film", "lovely acting , great story", "great fun and warm humour"]
BAD = ["a dull and awful film", "awful acting , boring story", "boring plot and dull humour"]
DATA = [[review, 1] for review in GOOD * 2] + [[review, 0] for review in BAD * 2]


def words_of(data):
    return [review.lower().split() for review, _ in data]


def to_arrays(data, vocab, length=7):
    rows = [(vocab.to_indices(words) + [0] * length)[:length] for words in words_of(data)]
    return nd.array(rows), nd.array([label for _, label in data])


counter = collections.Counter(token for review in words_of(DATA) for token in review)
vocab = text.vocab.Vocabulary(counter, min_freq=2, reserved_tokens=["<pad>"])
print("# words in vocab:", len(vocab))
features, labels = to_arrays(DATA, vocab)
print(features.shape, features[0], labels)


class BothWays(nn.Block):
    """Read a review in both directions; decide from the first and the last step."""

    def __init__(self, words, size, units, layers, **kwargs):
        super(BothWays, self).__init__(**kwargs)
        with self.name_scope():
            self.embedding = nn.Embedding(words, size)
            self.reader = rnn.LSTM(units, layers, bidirectional=True, input_size=size)
            self.decide = nn.Dense(2)

    def forward(self, reviews):
        steps = self.reader(self.embedding(reviews.T))
        return self.decide(nd.concat(steps[0], steps[-1]))


net = BothWays(len(vocab), 8, 6, 2)
net.initialize(init.Xavier())
print(net)
net.embedding.weight.set_data(nd.random.normal(0, 0.3, shape=(len(vocab), 8)))
net.embedding.collect_params().setattr("grad_req", "null")
before = net.embedding.weight.data().copy()
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.03})
loss = gloss.SoftmaxCrossEntropyLoss()
batches = gdata.DataLoader(gdata.ArrayDataset(features, labels), 4)
for epoch in range(4):
    total, right = 0.0, 0.0
    for X, y in batches:
        with autograd.record():
            out = net(X)
            cost = loss(out, y)
        cost.backward()
        trainer.step(4)
        total += cost.sum().asscalar()
        right += (out.argmax(axis=1) == y).sum().asscalar()
    print("epoch %d, loss %.5f, acc %.3f" % (epoch + 1, total / len(DATA), right / len(DATA)))


def verdict(words):
    scores = net(nd.array([vocab.to_indices(words)]))
    return ("negative", "positive")[int(scores.argmax(axis=1).asscalar())]


for sentence in (["lovely", "great", "fun"], ["boring", "and", "awful"]):
    print(sentence, verdict(sentence))
print((before == net.embedding.weight.data()).min().asscalar())
