"""Encoder and decoder for translation: padding, masked loss, teacher forcing, BLEU."""

import collections
import math

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn, rnn

npx.set_np()
mx.random.seed(151)

PAIRS = [
    ("rain fell", "la pluie est tombee"),
    ("we swim", "nous nageons"),
    ("we saw rain", "nous avons vu la pluie"),
]


class Vocab:
    def __init__(self, sentences):
        words = sorted({word for sentence in sentences for word in sentence.split()})
        self.words = ["<unk>", "<pad>", "<bos>", "<eos>", *words]
        self.index = {word: i for i, word in enumerate(self.words)}


def encode(sentences, vocab, steps):
    rows = [[vocab.index[w] for w in s.split()] + [vocab.index["<eos>"]] for s in sentences]
    rows = [(row + [vocab.index["<pad>"]] * steps)[:steps] for row in rows]
    array = np.array(rows)
    return array, (array != vocab.index["<pad>"]).astype(np.int32).sum(1)


class Encoder(nn.Block):
    def __init__(self, vocab_size, embed, hidden, layers, **kwargs):
        super().__init__(**kwargs)
        self.embedding = nn.Embedding(vocab_size, embed)
        self.rnn = rnn.GRU(hidden, layers)

    def forward(self, X, *args):
        X = self.embedding(X).swapaxes(0, 1)
        state = self.rnn.begin_state(batch_size=X.shape[1], ctx=X.ctx)
        return self.rnn(X, state)


class Decoder(nn.Block):
    def __init__(self, vocab_size, embed, hidden, layers, **kwargs):
        super().__init__(**kwargs)
        self.embedding = nn.Embedding(vocab_size, embed)
        self.rnn = rnn.GRU(hidden, layers)
        self.dense = nn.Dense(vocab_size, flatten=False)

    def forward(self, X, state):
        X = self.embedding(X).swapaxes(0, 1)
        context = np.broadcast_to(state[0][-1], (X.shape[0], *state[0][-1].shape))
        output, state = self.rnn(np.concatenate((X, context), 2), state)
        return self.dense(output).swapaxes(0, 1), state


class MaskedLoss(gluon.loss.SoftmaxCELoss):
    def forward(self, pred, label, valid_len):
        weights = np.expand_dims(np.ones_like(label), axis=-1)
        weights = npx.sequence_mask(weights, valid_len, True, axis=1)
        return super().forward(pred, label, weights)


loss = MaskedLoss()
print(loss(np.ones((3, 4, 10)), np.ones((3, 4)), np.array([4, 2, 0])))

source, target = Vocab([a for a, _ in PAIRS]), Vocab([b for _, b in PAIRS])
X, X_len = encode([a for a, _ in PAIRS], source, 5)
Y, Y_len = encode([b for _, b in PAIRS], target, 6)
print(len(source.words), len(target.words), X_len, Y_len)
encoder, decoder = Encoder(len(source.words), 8, 16, 2), Decoder(len(target.words), 8, 16, 2)
for net in (encoder, decoder):
    net.initialize(init.Xavier())
_, state = encoder(X)
print(state[0].shape, decoder(Y, state)[0].shape)
trainers = [
    gluon.Trainer(n.collect_params(), "adam", {"learning_rate": 0.02}) for n in (encoder, decoder)
]
bos = np.array([target.index["<bos>"]] * len(PAIRS)).reshape(-1, 1)
given = np.concatenate([bos, Y[:, :-1]], 1)
for epoch in range(12):
    with autograd.record():
        _, state = encoder(X)
        Y_hat, _ = decoder(given, state)
        cost = loss(Y_hat, Y, Y_len)
    cost.backward()
    for trainer in trainers:
        trainer.step(int(Y_len.sum()))
    if epoch % 4 == 3:
        print("epoch %d loss %.5f" % (epoch + 1, float(cost.sum() / Y_len.sum())))


def translate(sentence, steps):
    tokens, _ = encode([sentence], source, 5)
    _, state = encoder(tokens)
    word, words = target.index["<bos>"], []
    for _ in range(steps):
        Y, state = decoder(np.array([[word]]), state)
        word = int(Y.argmax(axis=2).reshape(1))
        if word == target.index["<eos>"]:
            break
        words.append(target.words[word])
    return words


def bleu(predicted, wanted, k):
    score = math.exp(min(0, 1 - len(wanted) / max(len(predicted), 1)))
    for n in range(1, k + 1):
        seen = collections.Counter(" ".join(wanted[i : i + n]) for i in range(len(wanted) - n + 1))
        hits = 0
        for i in range(len(predicted) - n + 1):
            gram = " ".join(predicted[i : i + n])
            if seen[gram] > 0:
                hits += 1
                seen[gram] -= 1
        score *= (hits / max(len(predicted) - n + 1, 1)) ** (0.5**n)
    return score


for english, french in PAIRS:
    words = translate(english, 6)
    print(f"{english} => {' '.join(words)}, bleu {bleu(words, french.split(), 2):.3f}")
