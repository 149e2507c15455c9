"""Call every function and class of d2lzh 1.0.0 on offline data; see ``harness.py``."""

from __future__ import annotations

import itertools
import os
import sys

import mxnet as mx
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import nn, rnn

from compat_tests.d2l.harness import attempt, brief, figure, main, parameters


def the_book(data):
    """Import d2lzh's only module."""
    from d2lzh import utils

    return utils


def some(*shape, low=-1.0, high=1.0):
    """Return an array of evenly spread numbers."""
    count = 1
    for side in shape:
        count *= side
    step = (high - low) / (count - 1)
    return (nd.arange(count) * step + low).reshape(shape)


# ---- tools, linear models, networks


def basics(d2l):
    """Draw, and train linear models and networks."""
    return dict(drawing(d2l), **linear(d2l), **networks(d2l))


def drawing(d2l):
    """Draw with each helper; matplotlib's agg needs no display."""
    seen = {}
    d2l.set_figsize((4, 3))
    seen["figsize"] = list(d2l.plt.rcParams["figure.figsize"])
    d2l.semilogy([1, 2], [10.0, 1.0], "epochs", "loss", [1, 2], [20.0, 2.0], ["train", "test"])
    seen["semilogy"] = figure()
    descent = d2l.train_2d(lambda x1, x2, s1, s2: (0.8 * x1, 0.6 * x2, 0, 0))
    d2l.show_trace_2d(lambda x1, x2: x1**2 + 2 * x2**2, descent)
    seen["descent"] = [descent, d2l.plt.gca().get_lines()[0].get_xdata().tolist()]
    d2l.plt.close("all")
    pictures = (some(4, 6, 6, 3, low=0, high=255)).astype("uint8")
    d2l.show_images([picture for picture in pictures], 2, 2)
    seen["images"] = figure()
    d2l.show_fashion_mnist(some(2, 28, 28).round(), ["one", "two"])
    seen["fashion"] = figure()
    d2l.show_bboxes(d2l.plt.gca(), nd.array([[1, 2, 3, 4], [2, 2, 5, 5]]), ["a", "b"], ["w", "k"])
    seen["bboxes"] = figure()
    seen["rectangle"] = list(d2l.bbox_to_rect([1.0, 2.0, 4.0, 6.0], "blue").get_bbox().bounds)
    with d2l.Benchmark("slept"):
        pass
    d2l.mkdir_if_not_exist(["made", "here"])
    seen["folder"] = os.path.isdir("made/here")
    seen["devices"] = [d2l.try_gpu(), d2l.try_all_gpus()]
    return seen


def linear(d2l):
    """Train linear regression by hand and with the loops of chapter 7."""
    features = nd.random.normal(scale=1, shape=(60, 2))
    labels = 2 * features[:, 0] - 3.4 * features[:, 1] + 4.2
    weight, bias = nd.zeros((2, 1)), nd.zeros(1)
    for array in (weight, bias):
        array.attach_grad()
    for x, y in d2l.data_iter(10, features, labels):
        with autograd.record():
            loss = d2l.squared_loss(d2l.linreg(x, weight, bias), y).sum()
        loss.backward()
        d2l.sgd([weight, bias], 0.1, 10)
    d2l.grad_clipping([weight, bias], 0.01, mx.cpu())
    measures, levels = d2l.get_data_ch7()
    measures, levels = measures[:500], levels[:500]

    def descend(params, states, hyper):
        for param in params:
            param[:] -= hyper["lr"] * param.grad

    d2l.train_ch7(descend, None, {"lr": 0.05}, measures, levels, num_epochs=1)
    by_hand = figure()
    d2l.train_gluon_ch7("adam", {"learning_rate": 0.02}, measures, levels, num_epochs=1)
    return {
        "linear": [weight, bias, loss, weight.grad],
        "ch7": [measures[:5], levels[:5], by_hand, figure()],
    }


def networks(d2l):
    """Train networks on Fashion-MNIST with the loops of chapters 3, 5 and 9."""
    train, test = d2l.load_data_fashion_mnist(64, resize=16)
    batch = next(iter(test))
    few = list(itertools.islice(train, 6))
    net = nn.Sequential()
    net.add(d2l.Residual(4, use_1x1conv=True, strides=2), d2l.Residual(4), nn.Dense(10))
    mx.random.seed(5)  # from a start where no unit sits in the corner of its ReLU
    net.initialize(init.Xavier())
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    d2l.train_ch3(net, few, [batch], loss, 1, 64, trainer=trainer)
    d2l.train_ch5(net, few, [batch], 64, trainer, mx.cpu(), 1)
    accuracies = [float(d2l.evaluate_accuracy([batch], net, *ctx)) for ctx in ((), (mx.cpu(),))]
    devices = [mx.cpu(0), mx.cpu(1)]
    net.collect_params().reset_ctx(devices)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.05})
    d2l.train(few, [batch], net, loss, trainer, devices, 1)
    resnet = d2l.resnet18(10)
    resnet.initialize(init.Xavier())
    return {
        "batch": batch,
        "trained": [accuracies, parameters(net)],
        "resnet": resnet(some(2, 1, 16, 16)),
        "labels": d2l.get_fashion_mnist_labels(batch[1][:5].asnumpy()),
        "corr2d": d2l.corr2d(some(4, 5), some(2, 2)),
    }


# ---- sequences and reviews


def language(d2l):
    """Model language by characters, and read reviews."""
    return dict(characters(d2l), **reviews(d2l))


def characters(d2l):
    """Train both language models on both texts."""
    # The order of the characters is that of a set; it differs between processes.
    corpus, to_index, characters, size = d2l.load_data_time_machine()
    text = "".join(characters[index] for index in corpus[:40])
    lyrics, _, chars, count = d2l.load_data_jay_lyrics()
    seen = {"texts": [text, size, count, "".join(chars[index] for index in lyrics[:20])]}
    letters = sorted(to_index)
    to_index = {letter: index for index, letter in enumerate(letters)}
    corpus = [to_index[characters[index]] for index in corpus[:2000]]
    batches = [
        next(itertools.islice(iterate(list(range(30)), 2, 6), 1, 2))
        for iterate in (d2l.data_iter_consecutive, d2l.data_iter_random)
    ]
    hidden, device = 16, mx.cpu()
    made = []

    def get_params():
        shapes = ((size, hidden), (hidden, hidden), (hidden,), (hidden, size), (size,))
        made[:] = [nd.random.normal(scale=0.01, shape=shape) for shape in shapes]
        for weight in made:
            weight.attach_grad()
        return made

    def init_state(batch_size, hidden, ctx):
        return (nd.zeros((batch_size, hidden), ctx=ctx),)

    def forward(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,), outputs = state, []
        for X in inputs:
            H = nd.tanh(nd.dot(X, W_xh) + nd.dot(H, W_hh) + b_h)
            outputs.append(nd.dot(H, W_hq) + b_q)
        return outputs, (H,)

    for by_chance in (False, True):
        d2l.train_and_predict_rnn(
            forward, get_params, init_state, hidden, size, device, corpus, letters, to_index,
            by_chance, 2, 10, 1, 0.01, 16, 1, 5, ["the traveller"],
        )  # fmt: skip
    model = d2l.RNNModel(rnn.RNN(hidden), size)
    d2l.train_and_predict_rnn_gluon(
        model, hidden, size, device, corpus, letters, to_index, 2, 10, 1, 0.01, 16, 1, 5, ["the"]
    )
    told = [
        d2l.predict_rnn(
            "the", 8, forward, made, init_state, hidden, size, device, letters, to_index
        ),
        d2l.predict_rnn_gluon("the", 8, model, size, device, letters, to_index),
    ]
    seen.update(
        batches=batches, told=told, weights=[[brief(weight) for weight in made], parameters(model)]
    )
    seen["onehot"] = d2l.to_onehot(nd.array([[0, 2], [1, 3]]), 5)
    return seen


def reviews(d2l):
    """Unpack and read reviews; judge a sentence."""
    d2l.download_imdb()
    train, test = d2l.read_imdb("train"), d2l.read_imdb("test")
    vocab = d2l.get_vocab_imdb(train)
    features, labels = d2l.preprocess_imdb(test, vocab)
    tokens = d2l.get_tokenized_imdb(train[:2])
    net = nn.Sequential()
    net.add(nn.Embedding(len(vocab), 8), nn.GlobalAvgPool1D(), nn.Dense(2))
    net.initialize()
    judged = [d2l.predict_sentiment(net, vocab, text.split()) for text in ("so great", "so bad")]
    return {
        "reviews": [train[:2], len(vocab), tokens, d2l.count_tokens(tokens).most_common(2)],
        "review batch": [features[:, :30], labels, judged],
    }


# ---- pictures


def vision(d2l):
    """Read the records of pikachu and the regions of VOC."""
    train, val = d2l.load_data_pikachu(8)
    seen = {"pikachu": [train.provide_data, train.provide_label]}
    batch = val.next()
    seen["found"] = [batch.data[0][:, :, ::16, ::16], batch.label[0]]
    batch = train.next()
    seen["augmented"] = [batch.data[0].shape, batch.label[0].shape]
    folder = d2l.download_voc_pascal()
    features, labels = d2l.read_voc_images(folder, is_train=False)
    to_label = nd.zeros(256**3)
    for index, (red, green, blue) in enumerate(d2l.VOC_COLORMAP):
        to_label[(red * 256 + green) * 256 + blue] = index
    feature, label = d2l.voc_rand_crop(features[0], labels[0], 200, 300)
    dataset = d2l.VOCSegDataset(False, (320, 480), folder, to_label)
    seen["regions"] = [
        features[0][::20, ::20], labels[0][::20, ::20], feature.shape, label[::20, ::20],
        d2l.voc_label_indices(labels[0], to_label)[::20, ::20],
        len(dataset), [list(map(brief, dataset[number])) for number in (0, 1)],
        attempt(lambda: len(dataset[99])),
    ]  # fmt: skip
    return seen


TOPICS = {topic.__name__: topic for topic in (basics, language, vision)}

if __name__ == "__main__":
    main(the_book, TOPICS, *sys.argv[1:])
