"""What d2l 0.17.6 has and 1.0.3 has not: the loops of chapters 3 and 8, text by characters."""

from __future__ import annotations

import itertools

import mxnet as mx
from mxnet import gluon, init, npx
from mxnet.gluon import nn, rnn

from compat_tests.d2l.harness import brief, figure, gradients, parameters

np = mx.np


def basics(d2l):
    """Train softmax regression with chapter 3's loop; show pictures and guesses."""
    train, test = d2l.load_data_fashion_mnist(256)
    net = nn.Sequential()
    net.add(nn.Dense(10))
    net.initialize(init.Normal(sigma=0.01))
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    d2l.train_ch3(net, train, test, loss, 5, trainer)
    trained = figure()
    epoch = d2l.train_epoch_ch3(net, train, loss, trainer)
    d2l.predict_ch3(net, test, n=4)
    guessed = figure()
    images, _ = next(iter(test))
    d2l.show_images(images[:2].reshape(2, 28, 28), 1, 2, titles=["one", "two"])
    d2l.download_all()
    return {"ch3": [trained, epoch, guessed, figure()]}


def language(d2l):
    """Train both language models of chapter 8, with both ways to sample."""
    corpus, vocab = d2l.load_corpus_time_machine(2000)
    lines = d2l.read_time_machine()
    batches = [
        next(itertools.islice(iterate(list(range(35)), 2, 5), 1, 2))
        for iterate in (d2l.seq_data_iter_random, d2l.seq_data_iter_sequential)
    ]
    data, vocab = d2l.load_data_time_machine(16, 10, max_tokens=2000)
    random_data, _ = d2l.load_data_time_machine(16, 10, True, 2000)
    scratch = d2l.RNNModelScratch(len(vocab), 16, mx.cpu(), _weights, _state, _forward)
    d2l.train_ch8(scratch, data, vocab, 1, 10, mx.cpu())
    curves = [figure()]
    perplexity, _ = d2l.train_epoch_ch8(
        scratch, random_data, gluon.loss.SoftmaxCrossEntropyLoss(),
        lambda batch_size: d2l.sgd(scratch.params, 0.5, batch_size), mx.cpu(), True,
    )  # fmt: skip
    layered = d2l.RNNModel(rnn.RNN(16), len(vocab))
    d2l.train_ch8(layered, random_data, vocab, 1, 10, mx.cpu(), use_random_iter=True)
    curves.append(figure())
    d2l.grad_clipping(layered, 0.01)
    grads = gradients(layered)
    loader = d2l.SeqDataLoader(4, 5, False, 300)
    return {
        "corpus": [corpus[:50], len(vocab), lines[:3], vocab.token_freqs],
        "letters": d2l.tokenize(lines[:1], "char"),
        "counted": d2l.count_corpus([["a", "b"], ["a"]]).most_common(),
        "batches": [batches, next(iter(data)), len(list(loader))],
        "curves": [curves, perplexity],
        "told": [
            d2l.predict_ch8("time traveller ", 9, net, vocab, mx.cpu())
            for net in (scratch, layered)
        ],
        "clipped": grads,
        "weights": [[brief(weight) for weight in scratch.params], parameters(layered)],
        "heads": [d2l.transpose_qkv(np.arange(24).reshape(1, 3, 8), 2),
                  d2l.transpose_output(np.arange(24).reshape(2, 3, 4), 2)],
    }  # fmt: skip


def _weights(size, hidden, device):
    shapes = ((size, hidden), (hidden, hidden), (hidden,), (hidden, size), (size,))
    weights = [np.random.normal(scale=0.01, size=shape, ctx=device) for shape in shapes]
    for weight in weights:
        weight.attach_grad()
    return weights


def _state(batch_size, hidden, device):
    return (np.zeros((batch_size, hidden), ctx=device),)


def _forward(inputs, state, weights):
    W_xh, W_hh, b_h, W_hq, b_q = weights
    (H,), outputs = state, []
    for X in inputs:
        H = np.tanh(np.dot(X, W_xh) + np.dot(H, W_hh) + b_h)
        outputs.append(np.dot(H, W_hq) + b_q)
    return np.concatenate(outputs, axis=0), (H,)


def vision(d2l):
    """Give nothing: the pictures of both versions are treated alike."""
    del d2l
    return {"relu": npx.relu(np.array([-1.0, 2.0]))}
