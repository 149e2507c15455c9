"""Parameter files of the model zoo: which file is used, from where, and what an error says."""

from __future__ import annotations

import hashlib
import http.server
import threading
import zipfile

import pytest

import mxshim as mx
from mxshim.gluon import utils
from mxshim.gluon.model_zoo import model_store, vision

NAME = "squeezenet1.1"
STEM = "squeezenet1.1-33ba0f93"
WHOLE = b"the published parameters"


@pytest.fixture
def published(monkeypatch):
    """Make ``WHOLE`` the published file of a model, under the name it has."""
    sha1 = "33ba0f93" + hashlib.sha1(WHOLE).hexdigest()[8:]
    monkeypatch.setitem(model_store._model_sha1, NAME, sha1)
    real = utils.check_sha1

    def check(path, wanted):
        return real(path, hashlib.sha1(WHOLE).hexdigest() if wanted == sha1 else wanted)

    monkeypatch.setattr(utils, "check_sha1", check)


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """Give a function that puts an archive into a mirror folder of the repository."""
    folder = tmp_path / "mirror" / "gluon" / "models"
    folder.mkdir(parents=True)
    monkeypatch.setenv("MXNET_GLUON_REPO", (tmp_path / "mirror").as_uri())

    def put(content, member=f"{STEM}.params"):
        with zipfile.ZipFile(folder / f"{STEM}.zip", "w") as archive:
            archive.writestr(member, content)

    return put


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


@pytest.fixture
def offline(monkeypatch, tmp_path):
    monkeypatch.setenv("MXNET_GLUON_REPO", (tmp_path / "nothing").as_uri())


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_that_is_there_is_used(published, offline, root):
    (root / f"{STEM}.params").write_bytes(WHOLE)
    assert model_store.get_model_file(NAME, root=str(root)) == str(root / f"{STEM}.params")


def test_the_archive_is_unpacked(published, mirror, tmp_path, capsys):
    mirror(WHOLE)
    root = tmp_path / "new" / "models"
    found = model_store.get_model_file(NAME, root=str(root))
    assert found == str(root / f"{STEM}.params")
    assert names(root) == [f"{STEM}.params"]
    assert (root / f"{STEM}.params").read_bytes() == WHOLE
    assert "Downloading" in capsys.readouterr().out


def test_a_home_folder_is_expanded(published, mirror, tmp_path, monkeypatch):
    mirror(WHOLE)
    monkeypatch.setenv("HOME", str(tmp_path))
    found = model_store.get_model_file(NAME, root="~/models")
    assert found == str(tmp_path / "models" / f"{STEM}.params")


def test_a_damaged_file_is_replaced(published, mirror, root):
    mirror(WHOLE)
    (root / f"{STEM}.params").write_bytes(b"cut short")
    found = model_store.get_model_file(NAME, root=str(root))
    assert (root / f"{STEM}.params").read_bytes() == WHOLE
    assert found == str(root / f"{STEM}.params")


def test_offline_says_which_file_to_put_where(offline, root):
    with pytest.raises(utils.DownloadError) as raised:
        model_store.get_model_file(NAME, root=str(root))
    text = str(raised.value)
    sha1 = model_store._model_sha1[NAME]
    assert f"put the file here: {root / STEM}.params (sha1 {sha1})" in text
    assert ".zip: " in text.splitlines()[0]  # what could not be fetched
    assert names(root) == []


def test_offline_another_file_is_used_with_a_warning(offline, root):
    (root / f"{STEM}.params").write_bytes(b"made for a test")
    with pytest.warns(UserWarning, match="it is used as it is") as warned:
        found = model_store.get_model_file(NAME, root=str(root))
    assert found == str(root / f"{STEM}.params")
    assert warned[0].filename == __file__
    assert names(root) == [f"{STEM}.params"]


def test_a_mirror_may_hold_another_file(published, mirror, root):
    mirror(b"fewer parameters")
    with pytest.warns(UserWarning, match=r"sha1 .*, the published file 33ba0f93"):
        found = model_store.get_model_file(NAME, root=str(root))
    assert (root / f"{STEM}.params").read_bytes() == b"fewer parameters"
    assert found == str(root / f"{STEM}.params")


def test_the_network_must_give_the_published_file(published, root, tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.writestr(f"{STEM}.params", b"something else")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write((tmp_path / "archive.zip").read_bytes())

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        monkeypatch.setenv("MXNET_GLUON_REPO", f"http://127.0.0.1:{running.server_port}")
        with pytest.raises(ValueError, match="Downloaded file has different hash"):
            model_store.get_model_file(NAME, root=str(root))
        running.shutdown()


def test_an_archive_without_the_file_leaves_nothing_behind(published, mirror, root):
    mirror(WHOLE, member="readme.txt")
    with pytest.raises(utils.ArchiveError, match=r"holds no file .*33ba0f93\.params"):
        model_store.get_model_file(NAME, root=str(root))
    assert names(root) == []


def test_purge_keeps_other_files(root):
    for name in ("a.params", "b.params", "notes.txt"):
        (root / name).write_bytes(b"")
    model_store.purge(str(root))
    assert names(root) == ["notes.txt"]


def test_unknown_models_have_no_file(root):
    with pytest.raises(ValueError, match="Pretrained model for lenet is not available"):
        model_store.get_model_file("lenet", root=str(root))


def test_every_model_has_a_published_file():
    assert set(vision._MODELS) == set(model_store._model_sha1)


def test_pretrained_loads_the_file(offline, root):
    net = vision.squeezenet1_1(classes=3)
    net.initialize()
    x = mx.nd.ones((1, 3, 213, 213))
    expected = net(x)
    net.save_parameters(str(root / f"{STEM}.params"))
    with pytest.warns(UserWarning, match="it is used as it is"):
        back = vision.get_model("SqueezeNet1.1", pretrained=True, root=str(root), classes=3)
    assert (back(x) == expected).asnumpy().all()


def test_constructors_look_like_functions():
    make = vision.resnet18_v1
    assert (make.__name__, make.__module__) == ("resnet18_v1", vision.resnet.__name__)
    assert make.__doc__.startswith("Make the ResNet V1 of 18 layers.")
