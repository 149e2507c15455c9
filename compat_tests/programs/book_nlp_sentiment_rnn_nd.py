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


def get_tokenized(data):
    return [[token.lower() for token in review.split(" ")] for review, _ in data]


def preprocess(data, vocab, max_l=7):
    def pad(x):
        return x[:max_l] if len(x) > max_l else x + [0] * (max_l - len(x))

    features = nd.array([pad(vocab.to_indices(x)) for x in get_tokenized(data)])
    return features, nd.array([score for _, score in data])


counter = collections.Counter(token for review in get_tokenized(DATA) for token in review)
vocab = text.vocab.Vocabulary(counter, min_freq=2, reserved_tokens=["<pad>"])
print("# words in vocab:", len(vocab))
features, labels = preprocess(DATA, vocab)
print(features.shape, features[0], labels)


class BiRNN(nn.Block):
    def __init__(self, vocab, embed_size, num_hiddens, num_layers, **kwargs):
        super(BiRNN, self).__init__(**kwargs)
        self.embedding = nn.Embedding(len(vocab), embed_size)
        self.encoder = rnn.LSTM(
            num_hiddens, num_layers=num_layers, bidirectional=True, input_size=embed_size
        )
        self.decoder = nn.Dense(2)

    def forward(self, inputs):
        embeddings = self.embedding(inputs.T)
        outputs = self.encoder(embeddings)
        return self.decoder(nd.concat(outputs[0], outputs[-1]))


net = BiRNN(vocab, 8, 6, 2)
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


def predict_sentiment(net, vocab, sentence):
    sentence = nd.array(vocab.to_indices(sentence))
    label = nd.argmax(net(sentence.reshape((1, -1))), axis=1)
    return "positive" if label.asscalar() == 1 else "negative"


for sentence in (["lovely", "great", "fun"], ["boring", "and", "awful"]):
    print(sentence, predict_sentiment(net, vocab, sentence))
print((before == net.embedding.weight.data()).min().asscalar())
