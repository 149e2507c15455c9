"""Rows of data on the way in: loaders and random numbers."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from row import Row, Variants, cut, shortened


def pictures(mx: Any) -> Variants:
    """Go through arrays once: transformed, shuffled, in batches of 64."""
    count = cut(1024)
    data = mx.nd.floor(mx.nd.random.uniform(0, 255, shape=(count, 28, 28, 1))).astype("uint8")
    dataset = mx.gluon.data.ArrayDataset(data, mx.nd.arange(count).asnumpy())
    transform = mx.gluon.data.vision.transforms.ToTensor()
    batches = mx.gluon.data.DataLoader(dataset.transform_first(transform), 64, shuffle=True)

    def run() -> None:
        for picture, _ in batches:
            picture.wait_to_read()

    return {"imperative": run}


def torch_pictures(torch: Any) -> Variants:
    data = torch.randint(255, (1024, 28, 28, 1), dtype=torch.uint8)
    labels = torch.arange(1024)

    class Pictures(torch.utils.data.Dataset):
        def __len__(self) -> int:
            return len(data)

        def __getitem__(self, at: int) -> Any:
            return data[at].permute(2, 0, 1).float() / 255, labels[at]

    batches = torch.utils.data.DataLoader(Pictures(), 64, shuffle=True)

    def run() -> None:
        for _ in batches:
            pass

    return {"imperative": run}


def folder(workers: int, augment: bool) -> Callable[[Any], Variants]:
    """Read a folder of PNG files once, in batches of 32."""

    def make(mx: Any) -> Variants:
        from loader import write_folder

        place = tempfile.mkdtemp()
        write_folder(Path(place), cut(192))
        vision = mx.gluon.data.vision
        data = vision.ImageFolderDataset(place)
        if augment:
            steps = vision.transforms
            data = data.transform_first(steps.Compose([
                steps.Resize((96, 96)), steps.ToTensor(),
                steps.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
            ]))  # fmt: skip
        batches = mx.gluon.data.DataLoader(data, 32, num_workers=workers)

        def run() -> None:
            for picture, _ in batches:
                picture.wait_to_read()

        weakref.finalize(run, shutil.rmtree, place)
        return {"imperative": run}

    return make


def _draw(statement: str) -> Callable[[Any], Variants]:
    def make(mx: Any) -> Variants:
        scope = {"mx": mx, "shape": shortened((1000, 1000))}
        scope["x"] = mx.nd.ones(scope["shape"])
        return {"imperative": eval(f"lambda: {statement}", scope)}

    return make


def _torch_draw(statement: str) -> Callable[[Any], Variants]:
    def make(torch: Any) -> Variants:
        scope = {"torch": torch, "shape": (1000, 1000), "x": torch.ones(1000, 1000)}
        return {"imperative": eval(f"lambda: {statement}", scope)}

    return make


#: label, statement, the same in PyTorch
DRAWS = [
    ("uniform", "mx.nd.random.uniform(shape=shape)", "torch.rand(shape)"),
    ("normal", "mx.nd.random.normal(shape=shape)", "torch.randn(shape)"),
    ("randint", "mx.nd.random.randint(0, 1000, shape=shape)", "torch.randint(1000, shape)"),
    ("dropout", "mx.nd.Dropout(x, p=0.5, mode='always')", "torch.dropout(x, 0.5, True)"),
]  # fmt: skip
ROWS = [
    Row(f"random {label} (1000, 1000)", "random numbers", _draw(ours), _torch_draw(theirs),
        torch_target=1.1)
    for label, ours, theirs in DRAWS
]  # fmt: skip
ROWS.append(
    Row("DataLoader, 1024 small pictures", "loading", pictures, torch_pictures, torch_target=1.1)
)
ROWS += [
    Row(f"DataLoader, 192 PNG files{', augmented' if augment else ''}, {workers} workers",
        "loading", folder(workers, augment))
    for augment in (False, True) for workers in (0, 2)
]  # fmt: skip
