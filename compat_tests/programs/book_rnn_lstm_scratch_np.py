"""Long short-term memory by hand, trained on a repeating sequence; then the layer."""

import mxnet as mx
from mxnet import autograd, gluon, np, npx
from mxnet.gluon import rnn

npx.set_np()
mx.random.seed(139)
V, H = 8, 10


def normal(shape):
    return np.random.normal(scale=0.1, size=shape)


def three():
    return normal((V, H)), normal((H, H)), np.zeros(H)


params = [*three(), *three(), *three(), *three(), normal((H, V)), np.zeros(V)]
for param in params:
    param.attach_grad()


def lstm(inputs, state):
    W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xo, W_ho, b_o, W_xc, W_hc, b_c, W_hq, b_q = params
    h, c = state
    outputs = []
    for X in inputs:
        i = npx.sigmoid(np.dot(X, W_xi) + np.dot(h, W_hi) + b_i)
        f = npx.sigmoid(np.dot(X, W_xf) + np.dot(h, W_hf) + b_f)
        o = npx.sigmoid(np.dot(X, W_xo) + np.dot(h, W_ho) + b_o)
        tilde = np.tanh(np.dot(X, W_xc) + np.dot(h, W_hc) + b_c)
        c = f * c + i * tilde
        h = o * np.tanh(c)
        outputs.append(np.dot(h, W_hq) + b_q)
    return np.concatenate(outputs, axis=0), (h, c)


sequence = np.array([(i * i) % V for i in range(25)])
loss = gluon.loss.SoftmaxCrossEntropyLoss()
X, Y = sequence[:24].reshape(4, 6), sequence[1:].reshape(4, 6)
for epoch in range(6):
    state = np.zeros((4, H)), np.zeros((4, H))
    with autograd.record():
        out, state = lstm(npx.one_hot(X.T, V), state)
        cost = loss(out, Y.T.reshape(-1)).mean()
    cost.backward()
    for p in params:
        p[:] = p - 5 * p.grad
    print("perplexity %.5f" % float(np.exp(cost)))
print(float(np.abs(state[1]).sum()))

layer = rnn.LSTM(H)
layer.initialize(mx.init.Constant(0.1))
h, states = layer(npx.one_hot(X.T, V), layer.begin_state(batch_size=4))
print(h[-1, 0, :3], states[1][0, 0, :3], layer.state_info(2))
