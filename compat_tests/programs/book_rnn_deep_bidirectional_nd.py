"""Deep and bidirectional recurrent layers, dropout between layers, stacked cells."""

import mxnet as mx
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn, rnn

mx.random.seed(149)
X = nd.random.normal(shape=(5, 3, 4))
for layer in (
    rnn.LSTM(6, num_layers=2, bidirectional=True),
    rnn.GRU(6, num_layers=3),
    rnn.RNN(6, 2, "tanh", bidirectional=True, layout="NTC"),
):
    layer.initialize(mx.init.Xavier())
    print(layer)
    inputs = X if layer._layout == "TNC" else X.swapaxes(0, 1)
    states = layer.begin_state(batch_size=3)
    with autograd.record():
        out, new = layer(inputs, states)
        cost = (out * out).sum()
    cost.backward()
    print(out.shape, [state.shape for state in new], "%.6f" % cost.asscalar())
    print(sorted(name.split("_", 1)[1] for name in layer.collect_params())[:4])
    first = list(layer.collect_params().values())[0]
    print(first.shape, "%.6f" % first.grad().norm().asscalar())

stack = rnn.SequentialRNNCell()
stack.add(rnn.LSTMCell(5))
stack.add(rnn.DropoutCell(0.4))
stack.add(rnn.GRUCell(5))
stack.initialize(mx.init.Xavier())
print(stack)
out, states = stack.unroll(5, X, layout="TNC", merge_outputs=True)
print(out.shape, len(states), out[-1])
both = rnn.BidirectionalCell(rnn.RNNCell(3), rnn.RNNCell(3))
both.initialize(mx.init.Xavier())
out, states = both.unroll(5, X, layout="TNC", merge_outputs=False)
print(len(out), out[0].shape, out[0][0])


class Tagger(nn.Block):
    def __init__(self, **kwargs):
        super(Tagger, self).__init__(**kwargs)
        with self.name_scope():
            self.encoder = rnn.LSTM(6, 2, bidirectional=True, dropout=0.3)
            self.decoder = nn.Dense(3, flatten=False)

    def forward(self, x):
        return self.decoder(self.encoder(x))


net = Tagger()
net.initialize(mx.init.Xavier())
labels = nd.array([[0, 1, 2]] * 5)
loss = gluon.loss.SoftmaxCrossEntropyLoss()
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.02})
for step in range(3):
    with autograd.record():
        cost = loss(net(X), labels).mean()
    cost.backward()
    trainer.step(1)
    print("%.5f" % loss(net(X), labels).mean().asscalar())
