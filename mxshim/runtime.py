"""What this build can do, under the names of MXNet's build options."""

from __future__ import annotations

import collections
from importlib.util import find_spec

from ._core.missing import module_getattr

_NAMES = [
    "CUDA",
    "CUDNN",
    "NCCL",
    "CUDA_RTC",
    "TENSORRT",
    "CPU_SSE",
    "CPU_SSE2",
    "CPU_SSE3",
    "CPU_SSE4_1",
    "CPU_SSE4_2",
    "CPU_SSE4A",
    "CPU_AVX",
    "CPU_AVX2",
    "OPENMP",
    "SSE",
    "F16C",
    "JEMALLOC",
    "BLAS_OPEN",
    "BLAS_ATLAS",
    "BLAS_MKL",
    "BLAS_APPLE",
    "LAPACK",
    "MKLDNN",
    "OPENCV",
    "CAFFE",
    "PROFILER",
    "DIST_KVSTORE",
    "CXX14",
    "INT64_TENSOR_SIZE",
    "SIGNAL_HANDLER",
    "DEBUG",
    "TVM_OP",
]
_PROVIDERS = {"CUDA": "cupy", "CUDNN": "cupy", "OPENCV": "cv2"}
_ALWAYS = ("LAPACK", "INT64_TENSOR_SIZE")


class Feature:
    """One build option: its ``name``, and whether it is ``enabled``."""

    def __init__(self, name, enabled):
        self._name = name
        self._enabled = enabled

    @property
    def name(self):
        """The name of MXNet's build option."""
        return self._name

    @property
    def enabled(self):
        """Whether mxshim can do what the option is for."""
        return self._enabled

    def __repr__(self):
        return f"{'✔' if self.enabled else '✖'} {self.name}"


def feature_list():
    """List MXNet's build options; those are enabled whose work mxshim can do here."""
    return [Feature(name, _enabled(name)) for name in _NAMES]


def _enabled(name):
    provider = _PROVIDERS.get(name)
    return name in _ALWAYS or (provider is not None and find_spec(provider) is not None)


class Features(collections.OrderedDict):
    """Map the name of each build option to its Feature; there is one instance."""

    instance = None

    def __new__(cls):
        if cls.instance is None:
            cls.instance = super().__new__(cls)
            super(Features, cls.instance).__init__((f.name, f) for f in feature_list())
        return cls.instance

    def __init__(self):
        pass

    def __repr__(self):
        return str(list(self.values()))

    def is_enabled(self, feature_name):
        """Tell whether a build option is on, in any case of letters; RuntimeError if unknown."""
        feature_name = feature_name.upper()
        if feature_name not in self:
            raise RuntimeError(
                f"Feature '{feature_name}' is unknown, known features are: {list(self.keys())}"
            )
        return self[feature_name].enabled


__getattr__ = module_getattr(__name__)
