"""Image data sets, from files in MXNET_HOME, a mirror folder or the network.

A file whose sha1 is the published one is used as it lies there. Otherwise it is fetched from the
repository (MXNET_GLUON_REPO, which may be a ``file://`` address). Where that fails, a file that is
there all the same is used, and so is one of a mirror folder whose sha1 is another; both with a
warning that names the two. MXNet would refuse; data sets made for tests, or cut short, work without
a patch.
"""

from __future__ import annotations

import gzip
import os
import struct
import warnings

import numpy as np

from .... import image, ndarray, recordio
from .... import numpy as _mx_np
from ...._core.errors import MXNetError
from ...._core.missing import module_getattr
from ....base import data_dir
from ....util import is_np_array
from ... import utils
from .. import dataset

__all__ = [
    "CIFAR10",
    "CIFAR100",
    "MNIST",
    "FashionMNIST",
    "ImageFolderDataset",
    "ImageRecordDataset",
]


def _array(data):
    """Make an array of the front end in force, with NumPy's dtype kept."""
    return (_mx_np.array if is_np_array() else ndarray.array)(data, dtype=data.dtype)


def _fetch(root, namespace, name, sha1):
    """Return the path of the data file ``name`` in ``root``, fetched there when it must be.

    DownloadError says which file to put where.
    """
    path = os.path.join(root, name)
    there = os.path.exists(path)
    url = utils._get_repo_file_url(f"gluon/dataset/{namespace}", name)
    try:
        return utils.download(url, path=root, sha1_hash=sha1, retries=1 if there else 5)
    except utils.DownloadError:
        if not there:
            raise
    except UserWarning:
        if utils.local_path(url) is None:
            raise
    warnings.warn(
        f"{path} has the sha1 {utils._sha1(path)}, the published file {sha1}; it is used as it is.",
        stacklevel=6,
    )
    return path


class MNIST(dataset._DownloadedDataset):
    """Handwritten digits: samples are a (28, 28, 1) uint8 array and an int32 label.

    ``transform(data, label)`` is applied to each sample that is read.
    """

    _namespace = "mnist"
    _published = (
        ("train-images-idx3-ubyte.gz", "6c95f4b05d2bf285e1bfb0e7960c31bd3b3f8a7d"),
        ("train-labels-idx1-ubyte.gz", "2a80914081dc54586dbdf242f9805a6b8d2a15fc"),
        ("t10k-images-idx3-ubyte.gz", "c3a25af1f52dad7f726cce8cacb138654b760d48"),
        ("t10k-labels-idx1-ubyte.gz", "763e7fa3757d93b0cdec073cef058b2004252c17"),
    )

    def __init__(
        self, root=os.path.join(data_dir(), "datasets", "mnist"), train=True, transform=None
    ):
        self._train = train
        # mxnet: subclasses set these four before they call this.
        if not hasattr(self, "_train_data"):
            self._train_data, self._train_label = self._published[:2]
            self._test_data, self._test_label = self._published[2:]
        super().__init__(root, transform)

    def _get_data(self):
        if self._train:
            files = self._train_data, self._train_label
        else:
            files = self._test_data, self._test_label
        images, labels = (_fetch(self._root, self._namespace, *file) for file in files)
        label = _read_idx(labels, 1).astype(np.int32)
        data = _read_idx(images, 3).reshape(len(label), 28, 28, 1)
        self._data = _array(data)
        self._label = _array(label) if is_np_array() else label


def _read_idx(path, ndim):
    """Read a gzipped IDX file of bytes; ValueError names the file that is something else."""
    with gzip.open(path, "rb") as file:
        header = file.read(4 + 4 * ndim)
        body = np.frombuffer(file.read(), dtype=np.uint8)
    if len(header) < 4 + 4 * ndim or header[:4] != bytes((0, 0, 8, ndim)):
        raise ValueError(f"{path} is no IDX file of bytes with {ndim} dimensions")
    shape = struct.unpack(f">{ndim}I", header[4:])
    if body.size != np.prod(shape, dtype=np.int64):
        raise ValueError(f"{path} holds {body.size} bytes, its header says {shape}")
    return body.reshape(shape)


class FashionMNIST(MNIST):
    """Fashion articles in MNIST's format."""

    _namespace = "fashion-mnist"
    _published = (
        ("train-images-idx3-ubyte.gz", "0cf37b0d40ed5169c6b3aba31069a9770ac9043d"),
        ("train-labels-idx1-ubyte.gz", "236021d52f1e40852b06a4c3008d8de8aef1e40b"),
        ("t10k-images-idx3-ubyte.gz", "626ed6a7c06dd17c0eec72fa3be1740f146a2863"),
        ("t10k-labels-idx1-ubyte.gz", "17f9ab60e7257a1620f4ad76bbbaf857c3920701"),
    )

    def __init__(
        self, root=os.path.join(data_dir(), "datasets", "fashion-mnist"), train=True, transform=None
    ):
        super().__init__(root, train, transform)


class CIFAR10(dataset._DownloadedDataset):
    """Colour images of ten classes: samples are a (32, 32, 3) uint8 array and an int32 label."""

    _namespace = "cifar10"
    _label_bytes = 1
    _label_column = 0

    def __init__(
        self, root=os.path.join(data_dir(), "datasets", "cifar10"), train=True, transform=None
    ):
        self._train = train
        self._archive_file = ("cifar-10-binary.tar.gz", "fab780a1e191a7eda0f345501ccd62d20f7ed891")
        self._train_data = [
            ("data_batch_1.bin", "aadd24acce27caa71bf4b10992e9e7b2d74c2540"),
            ("data_batch_2.bin", "c0ba65cce70568cd57b4e03e9ac8d2a5367c1795"),
            ("data_batch_3.bin", "1dd00a74ab1d17a6e7d73e185b69dbf31242f295"),
            ("data_batch_4.bin", "aab85764eb3584312d3c7f65fd2fd016e36a258e"),
            ("data_batch_5.bin", "26e2849e66a845b7f1e4614ae70f4889ae604628"),
        ]
        self._test_data = [("test_batch.bin", "67eb016db431130d61cd03c7ad570b013799c88c")]
        super().__init__(root, transform)

    def _get_data(self):
        names = [name for name, _ in (self._train_data if self._train else self._test_data)]
        if not self._unpacked():
            utils.unpack(self._archive(), self._root, sha1=self._archive_file[1])
        pairs = [self._read_batch(os.path.join(self._root, name)) for name in names]
        data, label = (np.concatenate(parts) for parts in zip(*pairs))
        self._data = _array(data)
        self._label = _array(label) if is_np_array() else label

    def _unpacked(self):
        """Tell whether all files lie there, with their sha1 unless no archive lies beside them."""
        files = self._train_data + self._test_data
        paths = [(os.path.join(self._root, name), sha1) for name, sha1 in files]
        if not all(os.path.exists(path) for path, _ in paths):
            return False
        archive = os.path.join(self._root, self._archive_file[0])
        return not os.path.exists(archive) or all(utils.check_sha1(*pair) for pair in paths)

    def _archive(self):
        return _fetch(self._root, self._namespace, *self._archive_file)

    def _read_batch(self, filename):
        heads = self._label_bytes
        records = np.fromfile(filename, dtype=np.uint8).reshape(-1, heads + 3072)
        images = records[:, heads:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        return images, records[:, self._label_column].astype(np.int32)


class CIFAR100(CIFAR10):
    """Colour images of 100 classes (``fine_label``) or of the 20 groups they form."""

    _namespace = "cifar100"
    _label_bytes = 2

    def __init__(
        self, root=os.path.join(data_dir(), "datasets", "cifar100"), fine_label=False, train=True,
        transform=None,
    ):  # fmt: skip
        self._train = train
        self._archive_file = ("cifar-100-binary.tar.gz", "a0bb982c76b83111308126cc779a992fa506b90b")
        self._train_data = [("train.bin", "e207cd2e05b73b1393c74c7f5e7bea451d63e08e")]
        self._test_data = [("test.bin", "8fb6623e830365ff53cf14adec797474f5478006")]
        self._fine_label = fine_label
        self._label_column = int(fine_label)
        dataset._DownloadedDataset.__init__(self, root, transform)


class ImageRecordDataset(dataset.RecordFileDataset):
    """Read images and labels from a RecordIO file; ``flag`` 0 makes them grey, 1 colour."""

    def __init__(self, filename, flag=1, transform=None):
        super().__init__(filename)
        self._flag = flag
        self._transform = transform

    def __getitem__(self, idx):
        record = super().__getitem__(idx)
        if record is None:
            raise MXNetError(f"{self.filename} ends before record {idx}, which its index has")
        header, packed = recordio.unpack(record)
        decoded = image.imdecode(packed, self._flag)
        if self._transform is not None:
            return self._transform(decoded, header.label)
        return decoded, header.label


class ImageFolderDataset(dataset.Dataset):
    """Read the images of a folder with one folder for each class.

    ``synsets`` lists the classes, ``items`` the pairs of file name and label. What is no folder, or
    no jpg or png file, warns and is left out.
    """

    def __init__(self, root, flag=1, transform=None):
        self._root = os.path.expanduser(root)
        self._flag = flag
        self._transform = transform
        self._exts = [".jpg", ".jpeg", ".png"]
        self._list_images(self._root)

    def _list_images(self, root):
        self.synsets = []
        self.items = []
        for folder in sorted(os.listdir(root)):
            path = os.path.join(root, folder)
            if not os.path.isdir(path):
                warnings.warn(f"Ignoring {path}, which is not a directory.", stacklevel=3)
                continue
            label = len(self.synsets)
            self.synsets.append(folder)
            self.items += [(name, label) for name in self._images_of(path)]

    def _images_of(self, path):
        for filename in sorted(os.listdir(path)):
            filename = os.path.join(path, filename)
            ext = os.path.splitext(filename)[1]
            if ext.lower() in self._exts:
                yield filename
            else:
                kinds = ", ".join(self._exts)
                warnings.warn(
                    f"Ignoring {filename} of type {ext}. Only support {kinds}", stacklevel=5
                )

    def __getitem__(self, idx):
        filename, label = self.items[idx]
        img = image.imread(filename, self._flag)
        return (img, label) if self._transform is None else self._transform(img, label)

    def __len__(self):
        return len(self.items)


__getattr__ = module_getattr(__name__)
