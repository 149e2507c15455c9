"""Word vectors, BERT, reviews, pairs of sentences."""

from __future__ import annotations

import mxnet as mx
from mxnet import autograd, gluon, init
from mxnet.gluon import nn

np = mx.np


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
