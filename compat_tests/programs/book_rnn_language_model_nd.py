"""Language models of the first edition: one-hot inputs, cells and layers, clipping, prediction."""

import math

import mxnet as mx
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn, rnn

mx.random.seed(331)
text = "when the tide is low the boats lie on the sand and when the tide is high they swim " * 2
idx_to_char = sorted(set(text))
char_to_idx = {char: i for i, char in enumerate(idx_to_char)}
corpus = [char_to_idx[char] for char in text]
V, H, STEPS, BATCH = len(idx_to_char), 14, 8, 2
print(V, len(corpus), corpus[:8])


def to_onehot(X, size):
    return [nd.one_hot(x, size) for x in X.T]


inputs = to_onehot(nd.arange(10).reshape((2, 5)), V)
print(len(inputs), inputs[0].shape, inputs[0].sum(axis=1))


def consecutive(corpus, batch_size, num_steps):
    corpus = nd.array(corpus)
    batch_len = len(corpus) // batch_size
    indices = corpus[0 : batch_size * batch_len].reshape((batch_size, batch_len))
    for i in range((batch_len - 1) // num_steps):
        i = i * num_steps
        yield indices[:, i : i + num_steps], indices[:, i + 1 : i + num_steps + 1]


class RNNModel(nn.Block):
    def __init__(self, rnn_layer, vocab_size, **kwargs):
        super(RNNModel, self).__init__(**kwargs)
        self.rnn = rnn_layer
        self.vocab_size = vocab_size
        self.dense = nn.Dense(vocab_size)

    def forward(self, inputs, state):
        X = nd.one_hot(inputs.T, self.vocab_size)
        Y, state = self.rnn(X, state)
        return self.dense(Y.reshape((-1, Y.shape[-1]))), state

    def begin_state(self, *args, **kwargs):
        return self.rnn.begin_state(*args, **kwargs)


def grad_clipping(params, theta):
    norm = nd.array([0])
    for param in params:
        norm += (param.grad() ** 2).sum()
    norm = norm.sqrt().asscalar()
    if norm > theta:
        for param in params:
            param.grad()[:] *= theta / norm
    return norm


def predict(prefix, count, model):
    state, output = model.begin_state(batch_size=1), [char_to_idx[prefix[0]]]
    for t in range(count + len(prefix) - 1):
        Y, state = model(nd.array([output[-1]]).reshape((1, 1)), state)
        if t < len(prefix) - 1:
            output.append(char_to_idx[prefix[t + 1]])
        else:
            output.append(int(Y.argmax(axis=1).asscalar()))
    return "".join(idx_to_char[i] for i in output)


for layer in (rnn.RNN(H), rnn.GRU(H), rnn.LSTM(H)):
    model = RNNModel(layer, V)
    model.initialize(force_reinit=True, init=init.Normal(0.1))
    trainer = gluon.Trainer(
        model.collect_params(), "sgd", {"learning_rate": 10, "momentum": 0, "wd": 0}
    )
    loss = gloss.SoftmaxCrossEntropyLoss()
    for epoch in range(2):
        total, n, state = 0.0, 0, model.begin_state(batch_size=BATCH)
        for X, Y in consecutive(corpus, BATCH, STEPS):
            for s in state:
                s.detach()
            with autograd.record():
                output, state = model(X, state)
                cost = loss(output, Y.T.reshape((-1,))).mean()
            cost.backward()
            norm = grad_clipping(model.collect_params().values(), 0.1)
            trainer.step(1)
            total, n = total + cost.asscalar() * Y.size, n + Y.size
        print(
            "%s epoch %d, perplexity %.5f, norm %.4f"
            % (layer.name, epoch + 1, math.exp(total / n), norm)
        )
    print(len(predict("the", 5, model)))

cell = rnn.LSTMCell(H)
cell.initialize(init.Normal(0.1))
cell.hybridize()
state = cell.begin_state(batch_size=BATCH)
for x in to_onehot(next(consecutive(corpus, BATCH, 3))[0], V):
    out, state = cell(x, state)
    print(out[0, :3])
