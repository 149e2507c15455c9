"""A data set that is neither there nor to be fetched."""

import contextlib
import io
import os

os.environ["MXNET_GLUON_REPO"] = "http://127.0.0.1:9/"

from mxnet.gluon.data.vision import MNIST

try:
    with contextlib.redirect_stdout(io.StringIO()):
        MNIST(root="data")
except OSError as error:
    path = os.path.abspath(os.path.join("data", "train-images-idx3-ubyte.gz"))
    print("says where to put the file:", path in str(error))
