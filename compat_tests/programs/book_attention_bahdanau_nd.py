"""A decoder that attends to the encoder's states, first edition."""

import mxnet as mx
from mxnet import autograd, gluon, nd
from mxnet.contrib import text
from mxnet.gluon import data as gdata
from mxnet.gluon import nn, rnn

mx.random.seed(163)


class Encoder(nn.Block):
    def __init__(self, vocab_size, embed_size, hiddens, layers, drop_prob=0, **kwargs):
        super(Encoder, self).__init__(**kwargs)
        self.embedding = nn.Embedding(vocab_size, embed_size)
        self.rnn = rnn.GRU(hiddens, layers, dropout=drop_prob)

    def forward(self, inputs, state):
        embedding = self.embedding(inputs).swapaxes(0, 1)
        return self.rnn(embedding, state)

    def begin_state(self, *args, **kwargs):
        return self.rnn.begin_state(*args, **kwargs)


def attention_model(size):
    model = nn.Sequential()
    model.add(
        nn.Dense(size, activation="tanh", use_bias=False, flatten=False),
        nn.Dense(1, use_bias=False, flatten=False),
    )
    return model


def attention_forward(model, enc_states, dec_state):
    dec_states = nd.broadcast_axis(dec_state.expand_dims(0), axis=0, size=enc_states.shape[0])
    both = nd.concat(enc_states, dec_states, dim=2)
    weights = nd.softmax(model(both), axis=0)
    return (weights * enc_states).sum(axis=0)


model = attention_model(10)
model.initialize()
print(attention_forward(model, nd.zeros((10, 4, 8)), nd.zeros((4, 8))).shape)


class Decoder(nn.Block):
    """One step: look at the encoder's states, then move on with what was seen."""

    def __init__(self, words, size, hiddens, layers, attention, **kwargs):
        super(Decoder, self).__init__(**kwargs)
        with self.name_scope():
            self.embedding = nn.Embedding(words, size)
            self.attention = attention_model(attention)
            self.rnn = rnn.GRU(hiddens, layers)
            self.out = nn.Dense(words)

    def forward(self, word, state, memory):
        seen = attention_forward(self.attention, memory, state[0][-1])
        step = nd.concat(self.embedding(word), seen, dim=1).expand_dims(0)
        output, state = self.rnn(step, state)
        return self.out(output[0]), state


PAD, BOS, EOS = "<pad>", "<bos>", "<eos>"
ROWS = [("ab c", "x y z"), ("c b", "z y"), ("a a b", "x x y"), ("b c c", "y z z")]


def build(column):
    sentences = [list(row[column].replace(" ", "")) for row in ROWS]
    counter = text.utils.count_tokens_from_str(" ".join(c for s in sentences for c in s))
    vocab = text.vocab.Vocabulary(counter, reserved_tokens=[PAD, BOS, EOS])
    padded = [(s + [EOS] + [PAD] * 5)[:5] for s in sentences]
    return vocab, nd.array([vocab.to_indices(s) for s in padded])


in_vocab, X = build(0)
out_vocab, Y = build(1)
print(len(in_vocab), in_vocab.token_to_idx, out_vocab.idx_to_token)
print(X, Y)
encoder = Encoder(len(in_vocab), 6, 12, 2)
decoder = Decoder(len(out_vocab), 6, 12, 2, 8)
loss = gluon.loss.SoftmaxCrossEntropyLoss()


def batch_loss(X, Y):
    memory, state = encoder(X, encoder.begin_state(batch_size=len(X)))
    word = nd.full(len(X), out_vocab.token_to_idx[BOS])
    alive, total, count = nd.ones(len(X)), 0, 0
    for answer in Y.T:
        scores, state = decoder(word, state, memory)
        total = total + (alive * loss(scores, answer)).sum()
        count += alive.sum().asscalar()
        alive = alive * (answer != out_vocab.token_to_idx[EOS])
        word = answer
    return total / count


for net in (encoder, decoder):
    net.initialize(mx.init.Xavier(), force_reinit=True)
trainers = [
    gluon.Trainer(n.collect_params(), "adam", {"learning_rate": 0.01}) for n in (encoder, decoder)
]
batches = gdata.DataLoader(gdata.ArrayDataset(X, Y), 2, shuffle=False)
for epoch in range(6):
    total = 0.0
    for x, y in batches:
        with autograd.record():
            cost = batch_loss(x, y)
        cost.backward()
        for trainer in trainers:
            trainer.step(1)
        total += cost.asscalar()
    if epoch % 2:
        print("epoch %d, loss %.5f" % (epoch + 1, total / len(batches)))
