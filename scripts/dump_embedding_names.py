"""Write ``mxshim/contrib/text/pretrained.txt``: the files of MXNet 1.9.1's token embeddings.

    ORACLE scripts/dump_embedding_names.py

Run it by the interpreter that has the reference. A line holds the embedding, whether it is a file
of vectors or an archive of such, the name and the sha1.
"""

from __future__ import annotations

from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "mxshim" / "contrib" / "text" / "pretrained.txt"
HEAD = (
    "# Files of MXNet 1.9.1's token embeddings and their sha1; by scripts/dump_embedding_names.py\n"
)


def main():
    """Write the file anew."""
    from mxnet.contrib.text import embedding

    lines = []
    for kind in (embedding.GloVe, embedding.FastText):
        tables = (
            ("file", kind.pretrained_file_name_sha1),
            ("archive", kind.pretrained_archive_name_sha1),
        )
        for what, table in tables:
            lines += [f"{kind.__name__} {what} {name} {sha1}\n" for name, sha1 in table.items()]
    TARGET.write_text(HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
