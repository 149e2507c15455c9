"""The fused recurrent layers: RNN, GRU and LSTM language models with detached states."""

import math

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn, rnn

npx.set_np()
mx.random.seed(131)
V, H, B, T = 11, 12, 4, 6
corpus = np.array([(3 * i + i // 5) % V for i in range(B * T * 4 + 1)])


class RNNModel(nn.Block):
    def __init__(self, layer, vocab_size, **kwargs):
        super().__init__(**kwargs)
        self.rnn = layer
        self.vocab_size = vocab_size
        self.dense = nn.Dense(vocab_size)

    def forward(self, inputs, state):
        X = npx.one_hot(inputs.T, self.vocab_size)
        Y, state = self.rnn(X, state)
        return self.dense(Y.reshape(-1, Y.shape[-1])), state

    def begin_state(self, *args, **kwargs):
        return self.rnn.begin_state(*args, **kwargs)


first = rnn.RNN(H)
first.initialize()
state = first.begin_state(batch_size=2)
print(len(state), state[0].shape)
Y, new = first(np.random.uniform(size=(5, 2, V)), state)
print(Y.shape, len(new), new[0].shape, Y[-1, 0, :4], first)

loss = gluon.loss.SoftmaxCrossEntropyLoss()
for layer in (rnn.RNN(H, activation="relu"), rnn.GRU(H), rnn.LSTM(H), rnn.LSTM(H, 2)):
    net = RNNModel(layer, V)
    net.initialize(init.Normal(0.1))
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 2.0})
    Xs, Ys = corpus[:-1].reshape(B, -1), corpus[1:].reshape(B, -1)
    state = None
    for i in range(0, Xs.shape[1], T):
        X, Y = Xs[:, i : i + T], Ys[:, i : i + T]
        if state is None:
            state = net.begin_state(batch_size=B)
        else:
            for s in state:
                s.detach()
        with autograd.record():
            y_hat, state = net(X, state)
            cost = loss(y_hat, Y.T.reshape(-1)).mean()
        cost.backward()
        grads = [p.grad() for p in net.collect_params().values()]
        norm = math.sqrt(sum(float((grad**2).sum()) for grad in grads))
        if norm > 1:
            for grad in grads:
                grad[:] *= 1 / norm
        trainer.step(1)
        print("%s perplexity %.5f" % (layer.name, math.exp(float(cost))))
    print([tuple(p.shape) for p in net.collect_params().values()][:4])
