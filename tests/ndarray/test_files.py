"""Files of arrays: devices, bfloat16, arrays without shape, refusals that leave the file alone."""

from __future__ import annotations

import numpy as np
import pytest

import mxshim as mx
from mxshim._formats import array_record, params_file
from mxshim._formats.array_record import GPU, Record
from mxshim.ndarray import utils
from tests.strict_cupy import strict_context


def test_arrays_of_a_gpu_come_back_to_it(tmp_path, monkeypatch):
    gpu = strict_context()
    path = str(tmp_path / "a.params")
    mx.nd.save(path, {"here": mx.nd.ones((2,), ctx=gpu), "there": mx.nd.ones((2,))})
    records = params_file.load((tmp_path / "a.params").read_bytes())
    assert records["here"].device == (GPU, gpu.device_id)
    assert mx.nd.load(path)["here"].context == mx.cpu()
    monkeypatch.setattr(utils, "gpu_count", lambda: gpu.device_id + 1)
    back = mx.nd.load(path)
    assert back["here"].context == gpu
    assert back["there"].context == mx.cpu()


def test_bfloat16_comes_as_float32(tmp_path):
    path = tmp_path / "a.params"
    bits = np.array([(0x3FC0,), (0xC000,), (0x7F80,)], array_record.BFLOAT16)
    path.write_bytes(params_file.dump({"half": Record(bits)}))
    with pytest.warns(UserWarning, match="half in .*a.params has the type bfloat16"):
        found = mx.nd.load(str(path))
    assert found["half"].asnumpy().tolist() == [1.5, -2.0, float("inf")]


def test_array_without_shape(tmp_path):
    head = (0x112).to_bytes(8, "little") + bytes(8) + (1).to_bytes(8, "little")
    record = array_record.V2_MAGIC.to_bytes(4, "little") + bytes(8)
    (tmp_path / "a.params").write_bytes(head + record + bytes(8))
    assert mx.nd.load(str(tmp_path / "a.params")) == [None]


def test_refusal_leaves_the_file_alone(tmp_path):
    path = tmp_path / "a.params"
    mx.nd.save(str(path), [mx.nd.ones((3,))])
    before = path.read_bytes()
    with mx.util.np_shape(True):
        scalar = mx.nd.ones(())
    with pytest.raises(mx.MXNetError, match="cannot hold the shape"):
        mx.nd.save(str(path), [mx.nd.ones((4,)), scalar])
    assert path.read_bytes() == before


def test_errors_name_the_file(tmp_path):
    path = tmp_path / "broken.params"
    path.write_bytes(b"x" * 100)
    with pytest.raises(mx.MXNetError, match=r"broken\.params is no \.params file"):
        mx.nd.load(str(path))
    with pytest.raises(mx.MXNetError, match=r"the buffer is no \.params file"):
        mx.nd.load_frombuffer(path.read_bytes())
    with pytest.raises(mx.MXNetError, match=r"broken\.params is no symbol file"):
        mx.sym.load(str(path))


def test_np_arrays_keep_their_class(tmp_path):
    path = str(tmp_path / "a.params")
    with mx.util.np_shape(True), mx.util.np_array(True):
        mx.npx.save(path, {"x": mx.np.ones(())})
        assert type(mx.npx.load(path)["x"]) is mx.np.ndarray
