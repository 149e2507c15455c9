"""Token embeddings from files."""

from __future__ import annotations

import warnings
from collections import Counter

import pytest

from compat_tests.inputs import attempt

LINES = ["a 0.1 0.2 0.3", "b -1 2.5 1e-3", "C 4 5 6", "zz 7 8 9"]


@pytest.fixture(params=["nd", "np"])
def mode(request, mx):
    """Run under legacy, then under np semantics."""
    if request.param == "np":
        mx.npx.set_np()
    yield request.param
    mx.npx.reset_np()


def write(folder, lines, name="vectors.txt"):
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf8")
    return str(path)


def custom(mx, folder, lines=LINES, *args, **kwargs):
    return mx.contrib.text.embedding.CustomEmbedding(write(folder, lines), *args, **kwargs)


def all_of(embedding):
    return (
        len(embedding), embedding.vec_len, embedding.idx_to_vec, embedding.idx_to_token,
        embedding.token_to_idx, embedding.unknown_token, embedding.reserved_tokens,
    )  # fmt: skip


def warned(function):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = attempt(function)
    return result, [str(each.message) for each in caught]


def test_custom(mx, mode, tmp_path):
    return all_of(custom(mx, tmp_path))


FILES = {
    "unknown": [*LINES, "<unk> 1 1 1"],
    "unknown-first": ["<unk> 1 1 1", *LINES],
    "unknown-twice": ["<unk> 1 1 1", *LINES, "<unk> 2 2 2"],
    "twice": [*LINES, "a 9 9 9"],
    "header": ["4 3", *LINES],
    "short": [*LINES, "d 1 2"],
    "long": [*LINES, "d 1 2 3 4"],
    "word": [*LINES, "alone"],
    "blank": ["a 1 2", "", "b 1 2"],
    "text": ["a 1 x"],
    "spaces": ["a 1 2   ", "b 3 4\t"],
    "double": ["a  1 2"],
    "unicode": ["\u00e4\u00f6 1 2", "\u4e2d 3 4"],
}


@pytest.mark.parametrize("kind", list(FILES))
def test_files(mx, mode, tmp_path, kind):
    result, texts = warned(lambda: all_of(custom(mx, tmp_path, FILES[kind])))
    # These errors name the path, which is another each time.
    return result if kind not in ("word", "blank") else "an error", texts


def test_options(mx, mode, tmp_path):
    text = mx.contrib.text
    path = write(tmp_path, ["a::1::2", "b::3::4"])
    latin = tmp_path / "latin.txt"
    latin.write_bytes("\u00e4 1 2\n".encode("latin-1"))
    make = text.embedding.CustomEmbedding
    return (
        all_of(make(path, elem_delim="::", init_unknown_vec=mx.nd.ones)),
        all_of(make(path, "::", unknown_token="a")),
        all_of(make(str(latin), encoding="latin-1")),
        attempt(lambda: make(str(tmp_path / "none"))),
        attempt(lambda: make(path, "::", vocabulary=5)),
        attempt(lambda: make(path, "::", no_such=5)),
    )


def vocabulary(mx, **kwargs):
    counter = Counter(["a", "zz", "zz", "other", "c"])
    return mx.contrib.text.vocab.Vocabulary(counter, **kwargs)


def test_vocabulary(mx, mode, tmp_path):
    return (
        all_of(custom(mx, tmp_path, vocabulary=vocabulary(mx))),
        all_of(custom(mx, tmp_path, vocabulary=vocabulary(mx, reserved_tokens=["<pad>"]))),
        all_of(custom(mx, tmp_path, vocabulary=vocabulary(mx, unknown_token="b"))),
    )


def test_look_up(mx, mode, tmp_path):
    found = custom(mx, tmp_path, init_unknown_vec=mx.nd.ones)
    return (
        found.get_vecs_by_tokens("b"), found.get_vecs_by_tokens(["b", "a", "none"]),
        found.get_vecs_by_tokens("A"), found.get_vecs_by_tokens("A", lower_case_backup=True),
        found.get_vecs_by_tokens(["C", "c", "ZZ"], True), found.to_indices(["a", "x"]),
        found.to_tokens([1, 0]), attempt(lambda: found.to_tokens(9)),
    )  # fmt: skip


def test_update(mx, mode, tmp_path):
    front = getattr(mx, mode)
    found = custom(mx, tmp_path)
    found.update_token_vectors(["a", "zz"], front.array([[1, 2, 3], [4, 5, 6]]))
    found.update_token_vectors("b", front.array([7, 8, 9]))
    found.update_token_vectors(["C"], front.array([[1, 1, 1]]))
    found.update_token_vectors("<unk>", front.array([[2, 2, 2]]))
    row = front.ones((3,))
    return (
        found.idx_to_vec,
        attempt(lambda: found.update_token_vectors("none", row)),
        attempt(lambda: found.update_token_vectors(["a", "b"], row)),
        attempt(lambda: found.update_token_vectors("a", front.ones((2, 3)))),
        attempt(lambda: found.update_token_vectors("a", [1, 2, 3])),
        attempt(lambda: found.update_token_vectors(["a", "b"], front.ones((2, 2)))),
    )


def test_composite(mx, mode, tmp_path):
    text = mx.contrib.text.embedding
    one = custom(mx, tmp_path)
    two = text.CustomEmbedding(write(tmp_path, ["a 10 20", "other 30 40"], "two.txt"))
    both = text.CompositeEmbedding(vocabulary(mx), [one, two])
    return (
        all_of(both), both.get_vecs_by_tokens(["a", "none"]),
        all_of(text.CompositeEmbedding(vocabulary(mx), two)),
        attempt(lambda: text.CompositeEmbedding(Counter("a"), one)),
        attempt(lambda: text.CompositeEmbedding(vocabulary(mx), [one, 5])),
    )  # fmt: skip


def test_names(mx):
    text = mx.contrib.text.embedding
    names = text.get_pretrained_file_names()
    kinds = text.GloVe, text.FastText
    return (
        {kind: names[kind] for kind in ("glove", "fasttext")},
        text.get_pretrained_file_names("glove"),
        attempt(lambda: text.get_pretrained_file_names("none")),
        [kind.pretrained_archive_name_sha1 for kind in kinds],
        [kind.pretrained_file_name_sha1 for kind in kinds],
    )


def test_other_names(mx):
    text = mx.contrib.text.embedding
    return (
        attempt(lambda: text.GloVe("none.txt")),
        attempt(lambda: text.create("glove", pretrained_file_name="none.txt")),
        attempt(lambda: text.create("no-such-embedding")),
    )


def test_register(mx, tmp_path):
    text = mx.contrib.text.embedding
    path = write(tmp_path, LINES)

    class OfATest(text._TokenEmbedding):
        pretrained_file_name_sha1 = {"one": "1" * 40}

        def __init__(self, length, **kwargs):
            super().__init__(**kwargs)
            self._load_embedding(path, " ", mx.nd.zeros)
            self.length = length

    same = text.register(OfATest) is OfATest
    made = text.create("ofatest", length=5)
    return same, made.length, made.idx_to_vec, text.get_pretrained_file_names("ofatest")


@pytest.mark.parametrize("name", ["glove.6B.50d.txt", "glove.twitter.27B.25d.txt"])
def test_glove_address(mx, name):
    text = mx.contrib.text.embedding
    return attempt(lambda: text.GloVe._get_pretrained_file_url(name))


def test_fasttext_address(mx):
    text = mx.contrib.text.embedding
    return [text.FastText._get_pretrained_file_url(name) for name in
            ("wiki.simple.vec", "crawl-300d-2M.vec")]  # fmt: skip
