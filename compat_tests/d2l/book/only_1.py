"""What d2l 1.0.3 has and 0.17.6 has not: modules, data modules, the trainer and their models."""

from __future__ import annotations

import mxnet as mx
from mxnet import gluon, init
from mxnet.gluon import nn

from compat_tests.d2l.harness import attempt, brief, figure, gradients, parameters

np = mx.np


def fitted(d2l, model, data, epochs, **options):
    """Fit a model; return its curves and its parameters."""
    trainer = d2l.Trainer(max_epochs=epochs, **options)
    trainer.fit(model, data)
    d2l.plt.close("all")
    curves = {
        key: [(point.x, float(point.y)) for point in points]
        for key, points in model.board.data.items()
    }
    params = model.parameters()
    return [curves, list(map(brief, params)) if isinstance(params, list) else parameters(model)]


def basics(d2l):
    """Fit the linear models, call the base classes, draw on a board."""

    class Added:
        pass

    @d2l.add_to_class(Added)
    def double(self, x):
        return 2 * x

    class Kept(d2l.HyperParameters):
        def __init__(self, a, b, c):
            self.save_hyperparameters(ignore=["c"])

    board = d2l.ProgressBoard("x")
    for x in range(4):
        board.draw(x, float(x * x), "square", every_n=2)
    drawn = figure()
    data = d2l.SyntheticRegressionData(np.array([2, -3.4]), 4.2, num_train=128, num_val=64)
    batch = next(iter(data.train_dataloader()))
    scratch, concise = d2l.LinearRegressionScratch(2, lr=0.05), d2l.LinearRegression(lr=0.05)
    seen = {
        "classes": [Added().double(3), Kept(1, 2, 3).hparams, drawn, batch],
        "regression": [
            fitted(d2l, scratch, data, 2),
            fitted(d2l, concise, data, 2, gradient_clip_val=1),
            concise.get_w_b(),
        ],
    }
    module, abstract = d2l.Module(), d2l.DataModule()
    seen["base"] = [
        attempt(module.loss, 0, 0), attempt(module, 0), attempt(abstract.get_dataloader, True),
        attempt(abstract.val_dataloader), attempt(d2l.show_images, [], 1, 1),
        attempt(module.configure_optimizers),
    ]  # fmt: skip
    scratch.set_scratch_params_device(mx.cpu())
    seen["device"] = [
        d2l.cpu(),
        d2l.gpu(1),
        d2l.num_gpus(),
        scratch.w,
        scratch.get_scratch_params(),
    ]
    descent = d2l.SGD([scratch.w], 0.1)
    descent.step(1)
    seen["descended"] = scratch.w
    seen["checks"] = [
        attempt(d2l.check_len, [1, 2], 2), attempt(d2l.check_len, [1], 2),
        attempt(d2l.check_shape, np.zeros((2, 3)), (2, 3)),
        attempt(d2l.check_shape, np.zeros(2), (3,)),
    ]  # fmt: skip
    archive = d2l.download(d2l.DATA_URL + "fra-eng.zip", "unpacked")
    d2l.extract(archive)
    seen["unpacked"] = d2l.os.listdir("unpacked/fra-eng")
    return seen


def vision(d2l):
    """Fit the classifiers and look at the data module of pictures."""
    data = d2l.FashionMNIST(batch_size=256, resize=(14, 14))
    images, labels = next(iter(data.val_dataloader()))
    attempt(data.visualize, [images, labels])
    softmax = d2l.SoftmaxRegression(num_outputs=10, lr=0.1)
    seen = {
        "data": [images, data.text_labels(labels[:10])],
        "softmax": fitted(d2l, softmax, data, 1),
        "judged": [
            softmax.accuracy(softmax(images), labels),
            softmax.accuracy(softmax(images), labels, averaged=False),
            softmax.loss(softmax(images), labels, averaged=False),
        ],
    }
    lenet = d2l.LeNet()
    lenet.layer_summary((1, 1, 28, 28))
    block = d2l.ResNeXtBlock(8, 4, 1, use_1x1conv=True, strides=2)
    block.initialize(init.Xavier())
    seen["next"] = [block(images[:2]), parameters(block), parameters(lenet)[:2]]
    return seen


def language(d2l):
    """Fit the language models and the translator with attention to nothing."""
    data = d2l.TimeMachine(64, 8, num_train=512, num_val=128)
    vocab = data.vocab
    corpus, _ = data.build("The Time Traveller spoke.", vocab)
    cell = d2l.RNNScratch(len(vocab), 16)
    scratch = d2l.RNNLMScratch(cell, len(vocab), lr=1)
    concise = d2l.RNNLM(d2l.RNN(16), len(vocab), lr=1)
    deep = d2l.RNNLM(d2l.GRU(8, 2), len(vocab), lr=1)
    seen = {
        "corpus": [corpus, next(iter(data.train_dataloader())), vocab.to_tokens([1, 2, 3])],
        "scratch": fitted(d2l, scratch, data, 2, gradient_clip_val=1),
        "concise": fitted(d2l, concise, data, 2, gradient_clip_val=1),
        "deep": fitted(d2l, deep, data, 1, gradient_clip_val=1),
        "told": [scratch.predict("it", 8, vocab), concise.predict("it", 8, vocab, mx.cpu())],
        "clipping": [attempt(d2l.grad_clipping, net, 0.01) for net in (concise, deep)],
    }  # fmt: skip
    seen["clipped"] = gradients(deep)
    return dict(seen, **translation(d2l))


def translation(d2l):
    """Fit the translator of the data module, and translate a batch."""
    from compat_tests.d2l.book.language import Decoder

    data = d2l.MTFraEng(batch_size=64, num_steps=8, num_train=192, num_val=64)
    encoder = d2l.Seq2SeqEncoder(len(data.src_vocab), 8, 16, 2)
    decoder = Decoder(d2l, len(data.tgt_vocab))
    decoder.initialize(init.Xavier())
    model = d2l.Seq2Seq(encoder, decoder, data.tgt_vocab["<pad>"], lr=0.01)
    curves = fitted(d2l, model, data, 2, gradient_clip_val=1)
    sentences = data.build(["i am sad .", "go ."], ["je suis triste .", "va !"])
    told, weights = model.predict_step(sentences, mx.cpu(), 8, save_attention_weights=True)
    plain = d2l.EncoderDecoder(encoder, decoder)
    return {
        "translator": [curves, sentences, told, len(weights), plain(*sentences[:3])],
        "batch of pairs": next(iter(data.val_dataloader())),
        "trainer": gluon.Trainer.__name__,
        "layers": [type(layer).__name__ for layer in (nn.Dense(1), model.encoder)],
    }
