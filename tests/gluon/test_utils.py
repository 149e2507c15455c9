"""gluon.utils.download: addresses of files, retries, sha1, and what an error says."""

from __future__ import annotations

import http.server
import threading

import pytest

from mxshim.gluon import utils

SHA1 = "38369e94e8156a4b64f42aa7135f7cafbc26fa93"  # of b"mxnet"


@pytest.fixture
def source(tmp_path):
    file = tmp_path / "source" / "data.bin"
    file.parent.mkdir()
    file.write_bytes(b"mxnet")
    return file


@pytest.fixture
def server():
    """Serve b"mxnet" at /data.bin, status 404 elsewhere; count the requests."""

    class Handler(http.server.BaseHTTPRequestHandler):
        asked = 0

        def do_GET(self):
            Handler.asked += 1
            self.send_response(200 if self.path == "/data.bin" else 404)
            self.end_headers()
            if self.path == "/data.bin":
                self.wfile.write(b"mxnet")

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}", Handler
        running.shutdown()


def test_file_address_into_a_folder(source, tmp_path, capsys):
    (tmp_path / "to").mkdir()
    found = utils.download(source.as_uri(), str(tmp_path / "to"), sha1_hash=SHA1)
    assert found == str(tmp_path / "to" / "data.bin")
    assert (tmp_path / "to" / "data.bin").read_bytes() == b"mxnet"
    assert [file.name for file in (tmp_path / "to").iterdir()] == ["data.bin"]
    assert capsys.readouterr().out == f"Downloading {found} from {source.as_uri()}...\n"


def test_file_address_with_a_new_name(source, tmp_path):
    path = tmp_path / "new" / "folder" / "name"
    assert utils.download(source.as_uri(), str(path)) == str(path)
    assert path.read_bytes() == b"mxnet"


def test_working_directory_is_the_default(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert utils.download(source.as_uri()) == "data.bin"
    assert (tmp_path / "data.bin").exists()


def test_overwrite(source, tmp_path):
    (tmp_path / "data.bin").write_bytes(b"old")
    utils.download(source.as_uri(), str(tmp_path))
    assert (tmp_path / "data.bin").read_bytes() == b"old"
    utils.download(source.as_uri(), str(tmp_path), overwrite=True)
    assert (tmp_path / "data.bin").read_bytes() == b"mxnet"


def test_other_sha1_is_fetched_anew(source, tmp_path):
    (tmp_path / "data.bin").write_bytes(b"old")
    utils.download(source.as_uri(), str(tmp_path), sha1_hash=SHA1)
    assert (tmp_path / "data.bin").read_bytes() == b"mxnet"


def test_wrong_content_raises_user_warning(source, tmp_path, capsys):
    with pytest.raises(UserWarning, match="content hash does not match"):
        utils.download(source.as_uri(), str(tmp_path), sha1_hash="0" * 40, retries=2)
    assert "retrying, 1 attempt left" in capsys.readouterr().out


def test_http(server, tmp_path):
    address, _ = server
    path = utils.download(f"{address}/data.bin", str(tmp_path), sha1_hash=SHA1)
    assert (tmp_path / "data.bin").read_bytes() == b"mxnet"
    assert path == str(tmp_path / "data.bin")


def test_refused_http_is_tried_again(server, tmp_path):
    address, handler = server
    with pytest.raises(utils.DownloadError) as caught:
        utils.download(f"{address}/other", str(tmp_path), sha1_hash=SHA1, retries=3)
    assert handler.asked == 3
    text = str(caught.value)
    assert "status 404" in text
    assert f"put the file here: {tmp_path / 'other'} (sha1 {SHA1})" in text
    assert list(tmp_path.iterdir()) == []


def test_no_retries_is_one_attempt(tmp_path):
    with pytest.raises(utils.DownloadError, match="put the file here"):
        utils.download((tmp_path / "none").as_uri(), str(tmp_path / "x"), retries=0)


def test_replace_file_cleans_up(tmp_path):
    (tmp_path / "a").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="Please retry the download"):
        utils.replace_file(str(tmp_path / "a"), str(tmp_path / "folder"))
    assert not (tmp_path / "a").exists()
