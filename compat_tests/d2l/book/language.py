"""Language models, translation, attention."""

from __future__ import annotations

import mxnet as mx
from mxnet import autograd
from mxnet.gluon import nn, rnn

from compat_tests.d2l.book.common import only, some
from compat_tests.d2l.harness import attempt, brief, figure, gradients, parameters

np = mx.np


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
