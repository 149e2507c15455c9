"""Vision models by name; they take batches of images as (N, 3, height, width).

The published parameters expect colours between 0 and 1, less their mean (0.485, 0.456, 0.406), over
their deviation (0.229, 0.224, 0.225), and at least 224x224 pixels (Inception 299x299)::

    net = vision.resnet18_v1(classes=10)
    net = vision.get_model("resnet18_v1", pretrained=True)
"""

from __future__ import annotations

from ...._core.missing import module_getattr
from ._build import MODELS as _MODELS
from .alexnet import *  # noqa: F403
from .densenet import *  # noqa: F403
from .inception import *  # noqa: F403
from .mobilenet import *  # noqa: F403
from .resnet import *  # noqa: F403
from .squeezenet import *  # noqa: F403
from .vgg import *  # noqa: F403


def get_model(name, **kwargs):
    """Make the model ``name``, in small or large letters; ValueError lists the names there are.

    Arguments are those of the constructors: ``pretrained``, ``ctx``, ``root``, ``classes``, ...
    """
    name = name.lower()
    if name not in _MODELS:
        options = "\n\t".join(sorted(_MODELS))
        raise ValueError(f"Model {name} is not supported. Available options are\n\t{options}")
    return _MODELS[name](**kwargs)


__getattr__ = module_getattr(__name__)
