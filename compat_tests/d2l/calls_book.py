"""Call every function and class of d2l 0.17.6 and 1.0.3 on offline data; see ``harness.py``.

A topic takes the library and returns what it saw. Most of the two versions is the same; what only
one has stands in ``book/only_0.py`` and ``book/only_1.py``.
"""

from __future__ import annotations

import hashlib
import sys

from mxnet import npx

from compat_tests.d2l.book.basics import basics
from compat_tests.d2l.book.language import language
from compat_tests.d2l.book.recommendation import recommendation
from compat_tests.d2l.book.vision import vision
from compat_tests.d2l.book.words import words
from compat_tests.d2l.harness import Offline, main


def the_book(data):
    """Import d2l with np semantics, as its chapters do, and point it at the files."""
    npx.set_np()
    from d2l import mxnet as d2l

    d2l.requests = Offline(data / "d2l")
    for name, (address, _) in d2l.DATA_HUB.items():
        content = (data / "d2l" / address.split("/")[-1]).read_bytes()
        d2l.DATA_HUB[name] = (address, hashlib.sha1(content).hexdigest())
    return d2l


TOPICS = {topic.__name__: topic for topic in (basics, language, vision, words, recommendation)}

if __name__ == "__main__":
    main(the_book, TOPICS, *sys.argv[1:])
