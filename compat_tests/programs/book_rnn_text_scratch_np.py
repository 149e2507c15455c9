"""Read a text, build a vocabulary, cut sequences, train a recurrent network by hand."""

import collections
import math
import random
import re

import mxnet as mx
from mxnet import autograd, gluon, np, npx

npx.set_np()
mx.random.seed(127)
random.seed(127)

TEXT = (
    """
The rain came over the hill, and the river rose;
the mill wheel turned all night, and the miller slept.
In the morning the hill was white and the river was still.
"""
    * 3
)


class Vocab:
    def __init__(self, tokens, min_freq=0):
        counter = collections.Counter(tokens)
        self.freqs = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
        self.words = ["<unk>"] + [token for token, freq in self.freqs if freq >= min_freq]
        self.index = {token: i for i, token in enumerate(self.words)}

    def __len__(self):
        return len(self.words)

    def __getitem__(self, token):
        return self.index.get(token, 0)


lines = [re.sub("[^A-Za-z]+", " ", line).strip().lower() for line in TEXT.splitlines()]
tokens = list(" ".join(line for line in lines if line))
vocab = Vocab(tokens)
corpus = [vocab[token] for token in tokens]
print(len(corpus), len(vocab), vocab.freqs[:5])
words = Vocab(" ".join(lines).split())
print(words.freqs[:4], words["river"], words["sea"])


def sequential(corpus, batch_size, steps):
    offset = random.randint(0, steps)
    count = ((len(corpus) - offset - 1) // batch_size) * batch_size
    Xs = np.array(corpus[offset : offset + count]).reshape(batch_size, -1)
    Ys = np.array(corpus[offset + 1 : offset + 1 + count]).reshape(batch_size, -1)
    for i in range(0, steps * (Xs.shape[1] // steps), steps):
        yield Xs[:, i : i + steps], Ys[:, i : i + steps]


for X, Y in sequential(list(range(20)), 2, 5):
    print("X:", X, "\nY:", Y)

H, V = 16, len(vocab)
print(npx.one_hot(np.array([0, 2]), 5))


def normal(shape):
    return np.random.normal(scale=0.1, size=shape)


params = [normal((V, H)), normal((H, H)), np.zeros(H), normal((H, V)), np.zeros(V)]
for param in params:
    param.attach_grad()


def rnn(inputs, state):
    W_xh, W_hh, b_h, W_hq, b_q = params
    (h,) = state
    outputs = []
    for X in inputs:
        h = np.tanh(np.dot(X, W_xh) + np.dot(h, W_hh) + b_h)
        outputs.append(np.dot(h, W_hq) + b_q)
    return np.concatenate(outputs, axis=0), (h,)


def clip(theta):
    norm = math.sqrt(sum((p.grad**2).sum() for p in params))
    if norm > theta:
        for p in params:
            p.grad[:] *= theta / norm
    return norm


def predict(prefix, count):
    state, out = (np.zeros((1, H)),), [vocab[prefix[0]]]
    for token in list(prefix[1:]) + [None] * count:
        y, state = rnn(npx.one_hot(np.array([[out[-1]]]), V), state)
        out.append(vocab[token] if token else int(y.argmax(axis=1).reshape(1)))
    return "".join(vocab.words[i] for i in out)


loss = gluon.loss.SoftmaxCrossEntropyLoss()
for epoch in range(3):
    total, count, state = 0.0, 0, None
    for X, Y in sequential(corpus, 4, 10):
        state = (np.zeros((4, H)),) if state is None else tuple(s.detach() for s in state)
        with autograd.record():
            y_hat, state = rnn(npx.one_hot(X.T, V), state)
            cost = loss(y_hat, Y.T.reshape(-1)).mean()
        cost.backward()
        norm = clip(1)
        for p in params:
            p[:] -= 1.0 * p.grad
        total, count = total + float(cost) * Y.size, count + Y.size
    print(f"epoch {epoch + 1}, perplexity {math.exp(total / count):.5g}, norm {norm:.4f}")
print(predict("the ", 6))
