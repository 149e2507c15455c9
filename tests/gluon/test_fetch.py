"""Downloads that break off: what is kept, what is asked for next, mirrors, and other processes."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import sys
import threading
import types

import pytest

from mxshim import test_utils
from mxshim.gluon import utils

BODY = bytes(range(256)) * 4000
SHA1 = hashlib.sha1(BODY).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Serve BODY; break off after ``cut`` bytes, as often as ``cuts`` says."""

    ranges = True
    etag = '"one"'
    cut, cuts = 300_000, 0

    def do_GET(self):
        asked = self.headers.get("Range")
        self.server.asked.append(asked)
        begin = 0
        same = self.headers.get("If-Range") in (None, self.server.settings.etag)
        if asked and self.server.settings.ranges and same:
            begin = int(asked.removeprefix("bytes=").removesuffix("-"))
            if begin >= len(BODY):
                self.send_error(416)
                return
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(BODY) - 1}/{len(BODY)}")
        if self.server.settings.etag:
            self.send_header("ETag", self.server.settings.etag)
        self.send_header("Content-Length", str(len(BODY) - begin))
        self.end_headers()
        if self.server.settings.cuts > 0:
            self.server.settings.cuts -= 1
            self.wfile.write(BODY[begin : begin + self.server.settings.cut])
        else:
            self.wfile.write(BODY[begin:])

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.settings = types.SimpleNamespace(ranges=True, etag='"one"', cut=300_000, cuts=0)
        running.asked = []
        running.url = f"http://127.0.0.1:{running.server_port}/data.bin"
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def whole(folder):
    """Tell whether the file, and nothing else, is there."""
    names = sorted(path.name for path in folder.iterdir())
    return names == ["data.bin"] and (folder / "data.bin").read_bytes() == BODY


def test_a_broken_connection_is_gone_on_with(server, tmp_path):
    server.settings.cuts = 2
    utils.download(server.url, str(tmp_path), sha1_hash=SHA1)
    assert server.asked == [None, "bytes=300000-", "bytes=600000-"]
    assert whole(tmp_path)


def test_without_ranges_it_starts_again(server, tmp_path):
    server.settings.cuts, server.settings.ranges = 1, False
    utils.download(server.url, str(tmp_path))
    assert whole(tmp_path)


def test_a_part_is_kept_for_the_next_program(server, tmp_path):
    server.settings.cuts = 9
    with pytest.raises(utils.DownloadError, match="ended after 300000 of 1024000 bytes"):
        utils.download(server.url, str(tmp_path), retries=1)
    assert (tmp_path / "data.bin.part").stat().st_size == 300_000
    server.settings.cuts = 0
    utils.download(server.url, str(tmp_path))
    assert server.asked[-1] == "bytes=300000-"
    assert whole(tmp_path)


def test_a_part_of_another_version_is_thrown_away(server, tmp_path):
    (tmp_path / "data.bin.part").write_bytes(b"old" * 100)
    known = {"url": server.url, "validator": '"zero"'}
    (tmp_path / "data.bin.part.json").write_text(json.dumps(known))
    utils.download(server.url, str(tmp_path))
    assert server.asked == ["bytes=300-"]
    assert whole(tmp_path)


@pytest.mark.parametrize("etag", [None, 'W/"one"'])
def test_a_part_without_promise_is_used_with_a_sha1_only(server, tmp_path, etag):
    server.settings.etag = etag
    (tmp_path / "data.bin.part").write_bytes(BODY[:1000])
    utils.download(server.url, str(tmp_path), sha1_hash=SHA1)
    assert server.asked == ["bytes=1000-"] and whole(tmp_path)
    (tmp_path / "data.bin").unlink()
    (tmp_path / "data.bin.part").write_bytes(BODY[:1000])
    utils.download(server.url, str(tmp_path))
    assert server.asked[1:] == [None] and whole(tmp_path)


def test_a_wrong_part_is_found_out_by_the_sha1(server, tmp_path):
    (tmp_path / "data.bin.part").write_bytes(b"x" * 1000)
    utils.download(server.url, str(tmp_path), sha1_hash=SHA1)
    assert server.asked == ["bytes=1000-", None] and whole(tmp_path)


def test_a_part_that_is_complete(server, tmp_path):
    (tmp_path / "data.bin.part").write_bytes(BODY)
    utils.download(server.url, str(tmp_path), sha1_hash=SHA1, retries=1)
    assert whole(tmp_path)


def test_several_at_once(server, tmp_path):
    """Each gets the file; only one may write the part."""
    failures = []

    def fetch():
        try:
            utils.download(server.url, str(tmp_path), overwrite=True)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=fetch) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures and whole(tmp_path)


def test_the_next_mirror_is_tried(server, tmp_path, monkeypatch, capsys):
    first, last = (tmp_path / "mirror").as_uri(), server.url.removesuffix("data.bin")
    monkeypatch.setenv("MXNET_GLUON_REPO", f"{first} {last}")
    (tmp_path / "to").mkdir()
    url = utils._get_repo_file_url("gluon", "data.bin")
    assert url == f"{first}/gluon/data.bin"
    utils.download(url, str(tmp_path / "to"), retries=1)
    assert whole(tmp_path / "to")
    assert "trying the next mirror" in capsys.readouterr().out


def test_the_older_function_shares_all_that(server, tmp_path):
    server.settings.cuts = 1
    assert test_utils.download(server.url, dirname=str(tmp_path)) == str(tmp_path / "data.bin")
    assert server.asked == [None, "bytes=300000-"] and whole(tmp_path)


def test_progress_is_shown_where_tqdm_is(server, tmp_path, monkeypatch):
    class Bar:
        shown = []

        def __init__(self, **options):
            self.shown.append([options["desc"], options["total"], options["initial"]])

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def update(self, count):
            self.shown[-1][2] += count

    monkeypatch.setitem(sys.modules, "tqdm", types.SimpleNamespace(tqdm=Bar))
    utils.download(server.url, str(tmp_path))
    assert Bar.shown == [["data.bin", len(BODY), len(BODY)]]
    monkeypatch.setitem(sys.modules, "tqdm", None)
    utils.download(server.url, str(tmp_path), overwrite=True)
    assert whole(tmp_path) and os.listdir(tmp_path) == ["data.bin"]
