"""Call every function and class of d2l 0.17.6 and 1.0.3 on offline data; see ``harness.py``.

A topic takes the library and returns what it saw. Most of the two versions is the same; what only
one has stands in ``_book_0`` and ``_book_1``.
"""

from __future__ import annotations

import hashlib
import itertools
import math
import sys

import mxnet as mx
from mxnet import autograd, gluon, init, npx
from mxnet.gluon import nn, rnn

from compat_tests.d2l import _book_0, _book_1
from compat_tests.d2l.harness import Offline, attempt, brief, figure, gradients, main, parameters

np = mx.np


def the_book(data):
    """Import d2l with np semantics, as its chapters do, and point it at the files."""
    npx.set_np()
    from d2l import mxnet as d2l

    d2l.requests = Offline(data / "d2l")
    for name, (address, _) in d2l.DATA_HUB.items():
        content = (data / "d2l" / address.split("/")[-1]).read_bytes()
        d2l.DATA_HUB[name] = (address, hashlib.sha1(content).hexdigest())
    return d2l


def only(d2l):
    """Return the module of what this version alone has."""
    return _book_1 if hasattr(d2l, "Module") else _book_0


def some(*shape, low=-1.0, high=1.0):
    """Return an array of evenly spread numbers."""
    return np.linspace(low, high, math.prod(shape)).reshape(shape)


def numpy_of(array):
    """Return NumPy's array of an array of either kind."""
    return array.asnumpy() if hasattr(array, "asnumpy") else array


# ---- tools, linear models, optimisation


def basics(d2l):
    """Draw, time, and train what the first chapters and those on optimisation do."""
    seen = dict(drawing(d2l), **linear(d2l), **optimisation(d2l), **only(d2l).basics(d2l))
    with d2l.Benchmark("slept"):
        pass
    timer = d2l.Timer()
    timer.stop()
    seen["timer"] = [len(timer.times), timer.avg() <= timer.sum() + 1e-9, len(timer.cumsum())]
    seen["devices"] = [d2l.try_gpu(), d2l.try_all_gpus(), d2l.get_dataloader_workers()]
    x, kernel = some(4, 5), some(2, 2)
    seen["corr2d"] = d2l.corr2d(x, kernel)
    seen["aliases"] = aliases(d2l)
    return seen


def drawing(d2l):
    """Draw with each helper; matplotlib's agg needs no display."""
    seen, x = {}, np.arange(0, 3, 0.5)
    d2l.plot(x, [x**2, 2 * x - 1], "x", "f(x)", legend=["f", "tangent"])
    d2l.annotate("here", (1, 1), (1.5, 3))
    seen["plot"] = figure()
    d2l.plot([x.asnumpy()], [[1, 2, 3, 4, 5, 6]], xlim=[0, 3], axes=d2l.plt.gca())
    seen["plot of a list"] = figure()
    d2l.set_figsize((4, 3))
    seen["figsize"] = list(d2l.plt.rcParams["figure.figsize"])
    animator = d2l.Animator(xlabel="epoch", legend=["a", "b"], xlim=[0, 2])
    for step in range(3):
        animator.add(step, (np.array(step * 0.5), None if step == 1 else step))
    seen["animator"] = [animator.X, [[float(y) for y in line] for line in animator.Y], figure()]
    d2l.show_heatmaps(some(1, 2, 3, 4), "Keys", "Queries", titles=["one", "two"])
    seen["heatmaps"] = figure()
    box = d2l.bbox_to_rect([1.0, 2.0, 4.0, 6.0], "blue")
    seen["rectangle"] = list(box.get_bbox().bounds)
    d2l.show_bboxes(d2l.plt.gca(), np.array([[1, 2, 3, 4], [2, 2, 5, 5.0]]), ["one", "two"])
    seen["bboxes"] = figure()
    d2l.show_list_len_pair_hist(["a", "b"], "length", "count", [[1], [1, 2]], [[1, 2, 3], []])
    seen["histogram"] = figure()
    descent = d2l.train_2d(lambda x1, x2, s1, s2: (0.8 * x1, 0.6 * x2, 0, 0), steps=5)
    gradient = d2l.train_2d(
        lambda x1, x2, s1, s2, f: (x1 - 0.1 * f(x1, x2)[0], x2 - 0.1 * f(x1, x2)[1], 0, 0),
        steps=4, f_grad=lambda x1, x2: (2 * x1, 4 * x2),
    )  # fmt: skip
    # matplotlib cannot take an array of MXNet's as heights.
    d2l.show_trace_2d(lambda x1, x2: numpy_of(x1) ** 2 + 2 * numpy_of(x2) ** 2, descent)
    lines = d2l.plt.gca().get_lines()
    seen["descent"] = [descent, gradient, lines[0].get_xdata().tolist()]
    d2l.plt.close("all")
    return seen


def linear(d2l):
    """Train linear regression from the library's parts."""
    features, labels = d2l.synthetic_data(np.array([2, -3.4]), 4.2, 60)
    weight, bias = np.zeros((2, 1)), np.zeros(1)
    for array in (weight, bias):
        array.attach_grad()
    loader = d2l.load_array((features, labels), 10)
    for x, y in loader:
        with autograd.record():
            loss = d2l.squared_loss(d2l.linreg(x, weight, bias), y)
        loss.backward()
        d2l.sgd([weight, bias], 0.1, 10)
    net = nn.Dense(3)
    net.initialize()
    test = d2l.load_array((features, np.arange(60) % 3), 20, is_train=False)
    guess, truth = np.array([[0.1, 0.7], [0.8, 0.3]]), np.array([1, 1])
    sums = d2l.Accumulator(2)
    sums.add(np.array(2.5), 1)
    total = [sums[0], sums[1]]
    sums.reset()
    return {
        "linear": (features, labels, weight, bias, loss),
        "loss": d2l.evaluate_loss(net, test, gluon.loss.SoftmaxCrossEntropyLoss()),
        "accuracies": [
            d2l.accuracy(guess, truth), d2l.evaluate_accuracy(net, test),
            d2l.evaluate_accuracy_gpu(net, test),
            d2l.evaluate_accuracy_gpus(net, test, d2l.split_batch),
        ],
        "sums": [total, sums.data],
        "labels": d2l.get_fashion_mnist_labels(truth),
    }  # fmt: skip


def optimisation(d2l):
    """Train on the airfoil data, by hand and with a gluon Trainer."""
    data, width = d2l.get_data_ch11(batch_size=100, n=1000)

    def descend(params, states, hyper):
        for param in params:
            param[:] -= hyper["lr"] * param.grad

    _, losses = d2l.train_ch11(descend, None, {"lr": 0.2}, data, width, 2)
    by_hand = figure()
    d2l.train_concise_ch11("adam", {"learning_rate": 0.02}, data, 2)
    return {"ch11": [width, [float(loss) for loss in losses], by_hand, figure()]}


def aliases(d2l):
    """Call the short names at the library's end that stand for functions of arrays."""
    x = some(2, 3, low=0.5)
    names = [
        "size", "transpose", "sin", "sinh", "cos", "cosh", "tanh", "exp", "log", "abs", "numpy",
        "reduce_sum", "argmax", "sigmoid", "ones_like", "zeros_like", "reduce_mean",
    ]  # fmt: skip
    seen = {name: getattr(d2l, name)(x) for name in names if hasattr(d2l, name)}
    seen["makers"] = [
        d2l.ones(2), d2l.zeros((2, 1)), d2l.arange(3), d2l.linspace(0, 1, 5), d2l.eye(2),
        d2l.tensor([1, 2]), d2l.normal(0, 1, (2,)), d2l.rand(2),
        d2l.meshgrid(np.arange(2), np.arange(3)),
    ]  # fmt: skip
    seen["others"] = [
        d2l.matmul(x, x.T), d2l.concat([x, x], axis=1), d2l.stack([x, x]), d2l.reshape(x, (3, 2)),
        d2l.to(x, mx.cpu()), d2l.astype(x, d2l.int32), d2l.astype(x, d2l.float32),
    ]  # fmt: skip
    if hasattr(d2l, "swapaxes"):
        seen["newer"] = [
            d2l.swapaxes(x, 0, 1), d2l.repeat(x, 2, axis=0), d2l.expand_dims(x, 0), d2l.int64,
            d2l.batch_matmul(some(2, 1, 3), some(2, 3, 2)), d2l.randn(2),
        ]  # fmt: skip
    return seen


# ---- sequences


def language(d2l):
    """Model language, translate, attend."""
    return dict(only(d2l).language(d2l), **translation(d2l), **attention(d2l))


class Decoder:
    """Make the decoder of a translator, a subclass of the library's ``Decoder``."""

    def __new__(cls, d2l, size):
        class Seq2SeqDecoder(d2l.Decoder):
            def __init__(self):
                super().__init__()
                self.embedding = nn.Embedding(size, 8)
                self.rnn = rnn.GRU(16, 2)
                self.dense = nn.Dense(size, flatten=False)

            def init_state(self, enc_outputs, *args):
                return enc_outputs[1]

            def forward(self, X, state):
                X = self.embedding(X).swapaxes(0, 1)
                last = state[0] if isinstance(state, (list, tuple)) else state
                context = np.broadcast_to(last[-1], (X.shape[0], *last[-1].shape))
                output, state = self.rnn(np.concatenate((X, context), 2), state)
                self.attention_weights = context.sum(axis=(0, 2))
                return self.dense(output).swapaxes(0, 1), state

        return Seq2SeqDecoder()


def translation(d2l):
    """Train the translator and translate."""
    text = d2l.preprocess_nmt(d2l.read_data_nmt())
    source, target = d2l.tokenize_nmt(text, 50)
    data, src_vocab, tgt_vocab = d2l.load_data_nmt(64, 8, num_examples=300)
    batch = next(iter(data))
    encoder = d2l.Seq2SeqEncoder(len(src_vocab), 8, 16, 2, dropout=0.1)
    net = _pair(d2l, encoder, Decoder(d2l, len(tgt_vocab)))
    d2l.train_seq2seq(net, data, 0.01, 10, tgt_vocab, mx.cpu())
    losses = figure()
    told = [
        d2l.predict_seq2seq(net, sentence, src_vocab, tgt_vocab, 8, mx.cpu(), True)
        for sentence in ("i am sad .", "he is calm .")
    ]
    loss = d2l.MaskedSoftmaxCELoss()
    base = d2l.Encoder(), d2l.Decoder()
    return {
        "pairs": [source[:20], target[-5:], len(src_vocab), len(tgt_vocab)],
        "batch": [brief(part) for part in batch],
        "array": d2l.build_array_nmt(source[:3], src_vocab, 6),
        "encoded": brief(encoder(batch[0], batch[1])[0]),
        "losses": losses,
        "told": told,
        "bleu": [d2l.bleu("a b c d", "a b c e", 2), d2l.bleu("a b", "a b", 1)],
        "padded": [d2l.truncate_pad([1, 2], 4, 0), d2l.truncate_pad([1, 2, 3], 2, 0)],
        "masked loss": loss(np.ones((3, 4, 10)), np.ones((3, 4)), np.array([4, 2, 0])),
        "base": [attempt(base[0], 0), attempt(base[1], 0, 0), attempt(base[1].init_state, 0)],
    }


def _pair(d2l, encoder, decoder):
    """Join encoder and decoder: the training loop wants (output, state), 1.0's class gives one."""
    if not hasattr(d2l, "Module"):
        return d2l.EncoderDecoder(encoder, decoder)

    class Both(nn.Block):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder = encoder, decoder

        def forward(self, enc_X, dec_X, *args):
            return decoder(dec_X, decoder.init_state(encoder(enc_X, *args), *args))

    return Both()


def attention(d2l):
    """Run the attention layers and the transformer's encoder, forward and backward."""
    queries, keys, values = some(2, 3, 8), some(2, 5, 8, low=0.5), some(2, 5, 4)
    lengths = np.array([2, 4])
    additive, scaled = d2l.AdditiveAttention(6, 0.1), d2l.DotProductAttention(0.5)
    heads = d2l.MultiHeadAttention(12, 3, 0.5)
    seen = {
        "masked": [
            d2l.masked_softmax(some(2, 2, 4), valid)
            for valid in (None, np.array([2, 3]), np.array([[1, 3], [2, 4]]))
        ],
    }
    for layer in (additive, scaled, heads):
        layer.initialize()
    seen["additive"] = [additive(queries, keys, values, lengths), additive.attention_weights]
    seen["scaled"] = [scaled(queries, keys, values, lengths), scaled.attention_weights]
    seen["heads"] = heads(queries, keys, keys, lengths)
    position = d2l.PositionalEncoding(8, 0.0)
    seen["position"] = position(np.zeros((1, 6, 8)))
    block = getattr(d2l, "TransformerEncoderBlock", None) or d2l.EncoderBlock
    for layer, inputs in (
        (d2l.PositionWiseFFN(4, 8), [some(2, 3, 4)]),
        (d2l.AddNorm(0.0), [some(2, 3, 4), some(2, 3, 4, low=0)]),
        (block(8, 16, 2, 0.0), [queries, np.array([3, 2])]),
    ):
        layer.initialize()
        seen[type(layer).__name__] = [layer(*inputs), parameters(layer)]
    encoder = d2l.TransformerEncoder(20, 8, 16, 2, 2, 0.1)
    encoder.initialize(force_reinit=True)
    with autograd.record():
        out = encoder(np.arange(12).reshape(2, 6), np.array([3, 5]))
        out.sum().backward()
    seen["encoder"] = [out, encoder.attention_weights, gradients(encoder)]
    decoder = d2l.AttentionDecoder()
    seen["decoder"] = attempt(lambda: decoder.attention_weights)
    return seen


# ---- pictures


def vision(d2l):
    """Classify, detect, segment; sort files as for a competition."""
    return dict(
        only(d2l).vision(d2l), **classification(d2l), **boxes(d2l), **regions(d2l), **files(d2l)
    )


def classification(d2l):
    """Train a small network on one device and, in the manner of several, on shards."""
    train, test = d2l.load_data_fashion_mnist(64, resize=16)
    batch = next(iter(test))
    few = [(x, y) for x, y in itertools.islice(train, 6)]

    class Few(list):
        """Stand for a loader of some batches."""

    net = nn.Sequential()
    net.add(d2l.Residual(4, use_1x1conv=True, strides=2), d2l.Residual(4), nn.Dense(10))
    d2l.train_ch6(net, Few(few), Few([batch]), 2, 0.1, mx.cpu())
    seen = {"batch": batch, "ch6": [figure(), parameters(net)]}
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.05})
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    devices = [mx.cpu(0), mx.cpu(1)]
    net.collect_params().reset_ctx(devices)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.05})
    seen["split"] = d2l.split_batch(*batch, devices)[1]
    seen["step"] = d2l.train_batch_ch13(net, *few[0], loss, trainer, devices)
    d2l.train_ch13(net, Few(few), Few([batch]), loss, trainer, 2, devices)
    seen["ch13"] = figure()
    resnet = d2l.resnet18(10)
    resnet.initialize(init.Xavier())
    seen["resnet"] = resnet(batch[0][:2])
    return seen


def boxes(d2l):
    """Make anchors, label them, predict, and read the bananas."""
    corners = np.array([[0.1, 0.08, 0.52, 0.92], [0.55, 0.2, 0.9, 0.88]])
    anchors = np.array(
        [[0, 0.1, 0.2, 0.3], [0.15, 0.2, 0.4, 0.4], [0.63, 0.05, 0.88, 0.98],
         [0.66, 0.45, 0.8, 0.8], [0.57, 0.3, 0.92, 0.9]]
    )  # fmt: skip
    labels = np.concatenate([np.array([[0], [1]]), corners], axis=1)
    probabilities = np.array([[0.0] * 4, [0.9, 0.8, 0.7, 0.1], [0.1, 0.2, 0.3, 0.9]])
    four = np.array(
        [[0.1, 0.08, 0.52, 0.92], [0.08, 0.2, 0.56, 0.95], [0.15, 0.3, 0.62, 0.91],
         [0.55, 0.2, 0.9, 0.88]]
    )  # fmt: skip
    train, val = d2l.load_data_bananas(16)
    pictures, targets = next(iter(train))
    dataset = d2l.BananasDataset(is_train=False)
    return {
        "center": d2l.box_corner_to_center(corners),
        "corner": d2l.box_center_to_corner(d2l.box_corner_to_center(corners)),
        "prior": d2l.multibox_prior(np.zeros((1, 3, 4, 6)), [0.75, 0.5, 0.25], [1, 2, 0.5]),
        "iou": d2l.box_iou(anchors, corners),
        "assigned": d2l.assign_anchor_to_bbox(corners, anchors, mx.cpu()),
        "offsets": d2l.offset_boxes(anchors[:2], corners),
        "inverse": d2l.offset_inverse(anchors, some(5, 4)),
        "target": d2l.multibox_target(np.expand_dims(anchors, 0), np.expand_dims(labels, 0)),
        "nms": d2l.nms(four, np.array([0.9, 0.8, 0.7, 0.9]), 0.5),
        "detection": d2l.multibox_detection(
            np.expand_dims(probabilities, 0), np.zeros((1, 16)), np.expand_dims(four, 0), 0.5
        ),
        "bananas": [len(train), len(val), pictures, targets, len(dataset), dataset[3]],
    }  # fmt: skip


def regions(d2l):
    """Read pictures and their classes by pixel, crop and batch them."""
    folder = d2l.download_extract("voc2012", "VOCdevkit/VOC2012")
    features, labels = d2l.read_voc_images(folder, is_train=False)
    to_label = d2l.voc_colormap2label()
    dataset = d2l.VOCSegDataset(False, (320, 480), folder)
    cropped = [dataset[number] for number in range(2)]
    feature, label = d2l.voc_rand_crop(features[0], labels[0], 200, 300)
    train, test = d2l.load_data_voc(4, (320, 480))
    return {
        "pictures": [features[0].shape, features[0][::20, ::20], labels[0][::20, ::20]],
        "colours": to_label[np.array([0, 128 * 65536, 64 * 256])],
        "indices": d2l.voc_label_indices(labels[0], to_label),
        "crop": [feature.shape, label[::20, ::20]],
        "dataset": [len(dataset), cropped],
        # A worker draws the crops from a state of its own.
        "batches": [[part.shape for part in batch] for loader in (train, test) for batch in loader],
    }


def files(d2l):
    """Sort files into parts, as for a competition."""
    import os

    folder = d2l.download_extract("cifar10_tiny")
    labels = d2l.read_csv_labels(os.path.join(folder, "trainLabels.csv"))
    count = d2l.reorg_train_valid(folder, labels, 0.1)
    d2l.reorg_test(folder)
    d2l.copyfile(os.path.join(folder, "trainLabels.csv"), os.path.join(folder, "copied"))
    parts = sorted(
        (os.path.relpath(path, folder), len(names))
        for path, _, names in os.walk(os.path.join(folder, "train_valid_test"))
        if names
    )
    dataset = gluon.data.vision.ImageFolderDataset(
        os.path.join(folder, "train_valid_test", "valid"), flag=1
    )
    return {
        "sorted": [count, len(labels), parts, os.listdir(os.path.join(folder, "copied"))],
        "folder": [dataset.synsets, len(dataset), dataset[3]],
    }


# ---- words


def words(d2l):
    """Prepare text for word vectors, BERT, sentiment and inference; train a BERT one step."""
    return dict(vectors(d2l), **bert(d2l), **reviews(d2l), **inference(d2l))


def vectors(d2l):
    """Prepare the Penn treebank for word2vec and look up pretrained vectors."""
    sentences = d2l.read_ptb()
    vocab = d2l.Vocab(sentences, min_freq=10)
    sampled, counter = d2l.subsample(sentences, vocab)
    corpus = [vocab[line] for line in sampled]
    centers, contexts = d2l.get_centers_and_contexts(corpus[:20], 3)
    negatives = d2l.get_negatives(contexts, vocab, counter, 2)
    generator = d2l.RandomGenerator([2, 3, 4])
    data, _ = d2l.load_data_ptb(64, 3, 2)
    glove = d2l.TokenEmbedding("glove.6b.50d")
    wiki = d2l.TokenEmbedding("wiki.en")
    return {
        "ptb": [len(sentences), len(vocab), corpus[:3], counter.most_common(3)],
        "vocab": [vocab["market", "nothing"], vocab.to_tokens([0, 1, 2]), vocab.unk],
        "frequencies": vocab.token_freqs[:3],
        "contexts": [centers[:9], contexts[:9], negatives[:9]],
        "drawn": [generator.draw() for _ in range(10)],
        "batch": d2l.batchify([(1, [2, 2], [3, 3, 3, 3]), (1, [2, 2, 2], [3, 3])]),
        "batches": [len(data), next(iter(data))],
        "glove": [len(glove), glove[["man", "woman", "neverseen"]], glove.idx_to_vec.shape],
        "wiki": [len(wiki), wiki.idx_to_vec],
    }  # fmt: skip


def bert(d2l):
    """Prepare WikiText for BERT and train one step."""
    tokens, segments = d2l.get_tokens_and_segments(["a", "b"], ["c"])
    data, vocab = d2l.load_data_wiki(32, 64)
    batch = next(iter(data))
    net = d2l.BERTModel(len(vocab), 16, 32, 2, 2, 0.1)
    net.initialize(init.Xavier())
    loss = gluon.loss.SoftmaxCELoss()
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.01})
    shards = [gluon.utils.split_and_load(part, [mx.cpu()], even_split=False) for part in batch]
    order = (0, 1, 2, 3, 4, 5, 6)
    steps = []
    for _ in range(3):
        with autograd.record():
            mlm, nsp, both = d2l._get_batch_loss_bert(
                net, loss, len(vocab), *(shards[part] for part in order)
            )
        for each in both:
            each.backward()
        trainer.step(1)
        steps.append([mlm[0], nsp[0]])
    encoder = d2l.BERTEncoder(30, 8, 16, 2, 1, 0.0)
    mask, after = d2l.MaskLM(30, 8), d2l.NextSentencePred()
    for layer in (encoder, mask, after):
        layer.initialize()
    ids = np.arange(10).reshape(2, 5)
    encoded = encoder(ids, np.zeros_like(ids), None)
    return {
        "segments": [tokens, segments, d2l.get_tokens_and_segments(["a"])],
        "wiki batch": [len(data), len(vocab), [part[:4] for part in batch]],
        "steps": steps,
        "bert": [encoded, mask(encoded, np.array([[1, 2], [0, 4]])), after(encoded[:, 0, :])],
        "one": net(batch[0][:2], batch[1][:2], batch[2][:2]),
    }


def reviews(d2l):
    """Read reviews and judge a sentence."""
    folder = d2l.download_extract("aclImdb", "aclImdb")
    texts, labels = d2l.read_imdb(folder, True)
    train, test, vocab = d2l.load_data_imdb(32, num_steps=20)
    net = nn.Sequential()
    net.add(nn.Embedding(len(vocab), 8), nn.GlobalAvgPool1D(), nn.Dense(2))
    net.initialize()
    judged = [d2l.predict_sentiment(net, vocab, text) for text in ("so great", "so bad")]
    return {
        "reviews": [texts[:2], sum(labels), len(vocab), d2l.tokenize(texts[:1])],
        "review batch": [next(iter(train)), next(iter(test)), judged],
    }


def inference(d2l):
    """Read pairs of sentences and relate two."""
    folder = d2l.download_extract("SNLI")
    rows = d2l.read_snli(folder, False)
    train, test, vocab = d2l.load_data_snli(32, num_steps=12)
    (premises, hypotheses), labels = next(iter(train))
    dataset = d2l.SNLIDataset(rows, 12, vocab)

    class Related(nn.Block):
        def __init__(self):
            super().__init__()
            self.embedding, self.dense = nn.Embedding(len(vocab), 8), nn.Dense(3)

        def forward(self, X):
            return self.dense(np.concatenate([self.embedding(x).mean(1) for x in X], axis=1))

    net = Related()
    net.initialize()
    shards = d2l.split_batch_multi_inputs((premises, hypotheses), labels, [mx.cpu(0), mx.cpu(1)])
    return {
        "pairs": [part[:5] for part in rows],
        "pair batch": [premises, hypotheses, labels, len(test), len(dataset), dataset[2]],
        "shards": [list(map(list, shards[0])), shards[1]],
        "related": d2l.predict_snli(net, vocab, ["a", "man"], ["two", "people"]),
    }


# ---- recommendation and adversaries


def recommendation(d2l):
    """Recommend from ratings, rank, read clicks; train adversaries."""
    return dict(ratings(d2l), **ranking(d2l), **clicks(d2l), **adversaries(d2l))


class Factors(nn.Block):
    """Predict by the product of user and item vectors."""

    def __init__(self, users, items, size=4, **kwargs):
        super().__init__(**kwargs)
        self.users, self.items = nn.Embedding(users, size), nn.Embedding(items, size)

    def forward(self, user, item):
        return (self.users(user) * self.items(item)).sum(axis=1)


def ratings(d2l):
    """Split the ratings both ways, train on them."""
    data, users, items = d2l.read_data_ml100k()
    parts = [
        len(part)
        for mode in ("random", "seq-aware")
        for part in d2l.split_data_ml100k(data, users, items, mode)
    ]
    explicit = d2l.load_data_ml100k(data[:50], users, items)
    implicit = d2l.load_data_ml100k(data[:50], users, items, "implicit")
    users, items, train, test = d2l.split_and_load_ml100k("seq-aware", batch_size=512)
    net = Factors(users, items)
    net.initialize(init.Normal(0.1), ctx=[mx.cpu()])
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.02})

    def rmse(net, test_iter, devices):
        errors = [((net(user, item) - score) ** 2).mean() for user, item, score in test_iter]
        return float(sum(errors) / len(errors)) ** 0.5

    d2l.train_recsys_rating(
        net, train, test, gluon.loss.L2Loss(), trainer, 2, [mx.cpu()], evaluator=rmse
    )
    return {
        "ratings": [users, items, parts, explicit[:3], explicit[3].sum(), implicit[3]],
        "rated": [figure(), parameters(net)],
    }


def ranking(d2l):
    """Train to rank, by both losses."""
    positive, negative = some(6), some(6, low=1, high=-0.5)
    users = 12
    user, item = np.arange(48) % users, np.arange(48) * 5 % users
    loader = d2l.load_array((user, item, (item + 3) % users), 16)
    net = Factors(users, users)
    net.initialize(init.Normal(0.1), ctx=[mx.cpu()])
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.05})
    candidates = {u: [(5 * u) % users, (5 * u + 1) % users] for u in range(users)}
    wanted = {u: [(5 * u + 2) % users] for u in range(users)}
    d2l.train_ranking(
        net, loader, wanted, d2l.BPRLoss(), trainer, None, users, users, 2, [mx.cpu()],
        d2l.evaluate_ranking, candidates,
    )  # fmt: skip
    return {
        "losses": [d2l.BPRLoss()(positive, negative), d2l.HingeLossbRec()(positive, negative)],
        "hits": d2l.hit_and_auc([3, 1, 2, 0], [2, 5], 2),
        "ranked": [figure(), parameters(net)],
    }


def clicks(d2l):
    """Read the clicks, of training and of test data with its mapping."""
    import os

    folder = d2l.download_extract("ctr")
    train = d2l.CTRDataset(os.path.join(folder, "train.csv"))
    test = d2l.CTRDataset(
        os.path.join(folder, "test.csv"), feat_mapper=train.feat_mapper, defaults=train.defaults
    )
    # Which number a category gets is the order of a set of texts.
    return {
        "clicks": [len(train), len(test), train.field_dims, train.offsets, train[3][1]],
        "shape": [train[0][0].shape, str(test[0][0].dtype), list(train.defaults.values())],
    }


def adversaries(d2l):
    """Train the two networks of the chapter on adversaries for a few steps."""
    data = np.random.normal(0, 1, (64, 2)).dot(np.array([[1, 2], [-0.1, 0.5]])) + np.array([1, 2])
    generator, judge = nn.Dense(2), nn.Sequential()
    judge.add(nn.Dense(5, activation="tanh"), nn.Dense(1))
    loss = gluon.loss.SigmoidBCELoss()
    trainers = []
    for net in (generator, judge):
        net.initialize(init.Normal(0.02), force_reinit=True)
        trainers.append(gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.05}))
    steps = []
    for x in np.split(data, 4):
        noise = np.random.normal(0, 1, (16, 2))
        steps.append(
            [
                d2l.update_D(x, noise, judge, generator, loss, trainers[1]),
                d2l.update_G(noise, judge, generator, loss, trainers[0]),
            ]
        )
    return {"steps": steps, "networks": parameters(generator) + parameters(judge)}


TOPICS = {topic.__name__: topic for topic in (basics, language, vision, words, recommendation)}

if __name__ == "__main__":
    main(the_book, TOPICS, *sys.argv[1:])
