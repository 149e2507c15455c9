"""Data sets of numbers and categories: houses, airfoils, ratings, clicks, word vectors."""

from __future__ import annotations

import numpy

from . import maker
from .files import archived
from .texts import COMMON, NEGATIVE, POSITIVE

# ---- houses

_LOT = {
    "MSSubClass": (20, 30, 50, 60, 120), "MSZoning": "RL RM FV RH", "LotFrontage": (20, 120, "NA"),
    "LotArea": (1500, 20000), "Street": "Pave Grvl", "Alley": "Grvl Pave NA NA NA",
    "LotShape": "Reg IR1 IR2", "LandContour": "Lvl Bnk HLS", "Utilities": "AllPub",
    "LotConfig": "Inside Corner FR2", "LandSlope": "Gtl Mod", "Neighborhood": "NAmes OldTown",
    "Condition1": "Norm Feedr", "Condition2": "Norm", "BldgType": "1Fam TwnhsE Duplex",
    "HouseStyle": "1Story 2Story SLvl", "OverallQual": (1, 10), "OverallCond": (1, 9),
    "YearBuilt": (1900, 2009), "YearRemodAdd": (1950, 2010), "RoofStyle": "Gable Hip",
    "RoofMatl": "CompShg", "Exterior1st": "VinylSd HdBoard", "Exterior2nd": "VinylSd Plywood",
    "MasVnrType": "None BrkFace Stone NA", "MasVnrArea": (0, 400, "NA"), "ExterQual": "TA Gd Ex",
    "ExterCond": "TA Gd", "Foundation": "PConc CBlock", "BsmtQual": "TA Gd Ex NA",
    "BsmtCond": "TA Gd NA", "BsmtExposure": "No Av Gd NA", "BsmtFinType1": "Unf GLQ ALQ NA",
    "BsmtFinSF1": (0, 1500), "BsmtFinType2": "Unf Rec NA", "BsmtFinSF2": (0, 300),
    "BsmtUnfSF": (0, 1500), "TotalBsmtSF": (0, 2500), "Heating": "GasA GasW",
    "HeatingQC": "Ex Gd TA",
    "CentralAir": "Y N", "Electrical": "SBrkr FuseA NA", "1stFlrSF": (400, 2500),
    "2ndFlrSF": (0, 1500), "LowQualFinSF": (0, 100), "GrLivArea": (500, 4000),
    "BsmtFullBath": (0, 2), "BsmtHalfBath": (0, 1), "FullBath": (0, 3), "HalfBath": (0, 2),
    "BedroomAbvGr": (1, 5), "KitchenAbvGr": (1, 2), "KitchenQual": "TA Gd Ex",
    "TotRmsAbvGrd": (3, 11), "Functional": "Typ Min1", "Fireplaces": (0, 3),
    "FireplaceQu": "TA Gd NA NA", "GarageType": "Attchd Detchd NA",
    "GarageYrBlt": (1920, 2009, "NA"),
    "GarageFinish": "Unf RFn Fin NA", "GarageCars": (0, 4), "GarageArea": (0, 1000),
    "GarageQual": "TA Fa NA", "GarageCond": "TA Fa NA", "PavedDrive": "Y N P",
    "WoodDeckSF": (0, 400), "OpenPorchSF": (0, 200), "EnclosedPorch": (0, 200),
    "3SsnPorch": (0, 100), "ScreenPorch": (0, 200), "PoolArea": (0, 0), "PoolQC": "NA NA NA Gd",
    "Fence": "MnPrv NA NA", "MiscFeature": "Shed NA NA NA", "MiscVal": (0, 500), "MoSold": (1, 12),
    "YrSold": (2006, 2010), "SaleType": "WD New COD", "SaleCondition": "Normal Abnorml Partial",
}  # fmt: skip
"""Columns and what stands in them: words, numbers, or a range, with NA where values are missing."""


def _column(stream, values, count):
    if isinstance(values, str):
        return stream.choice(values.split(), count).tolist()
    if len(values) > 3:
        return stream.choice(values, count).tolist()
    numbers = stream.randint(values[0], values[1] + 1, count).tolist()
    if values[2:]:
        missing = stream.randint(0, 6, count) == 0
        return ["NA" if gone else number for gone, number in zip(missing, numbers)]
    return numbers


@maker("kaggle_house")
def houses(stream):
    """Make the house prices: 1460 rows with a price, 1459 without."""
    for part, count, first in (("train", 1460, 1), ("test", 1459, 1461)):
        columns = {"Id": list(range(first, first + count))}
        columns.update((name, _column(stream, values, count)) for name, values in _LOT.items())
        if part == "train":
            quality, area, built = (
                numpy.array(columns[name]) for name in ("OverallQual", "GrLivArea", "YearBuilt")
            )
            noise = stream.randint(-9000, 9001, count)
            price = 9000 * quality + 40 * area + 300 * (built - 1890) + 30000 + noise
            columns["SalePrice"] = price.tolist()
        rows = [columns, *zip(*columns.values())]
        text = "".join(",".join(map(str, row)) + "\n" for row in rows)
        yield f"d2l/kaggle_house_pred_{part}.csv", text.encode()


# ---- measurements, ratings, clicks


@maker("airfoil")
def airfoil(stream):
    """Make airfoil_self_noise.dat: 1503 rows of five measures and a nearly linear sixth."""
    scales = numpy.array([20000, 23, 31, 72, 6])
    measures = (stream.randint(1, 1000, (1503, 5)) * scales).astype("int64")
    weights = numpy.array([-4, -2, -3, 2, -3])
    level = 126_000 + (measures // scales) @ weights + stream.randint(-900, 901, 1503)
    rows = [
        f"{f // 1000}\t{a / 1e3:.1f}\t{c / 1e5:.4f}\t{v / 1e3:.1f}\t{t / 1e5:.8f}\t{y / 1e3:.3f}\n"
        for (f, a, c, v, t), y in zip(measures.tolist(), level.tolist())
    ]
    yield "d2l/airfoil_self_noise.dat", "".join(rows).encode()


@maker("ml-100k")
def movielens(stream):
    """Make ml-100k.zip: 5,000 ratings by 943 users of 1,682 films, each of them at least once."""
    users = numpy.concatenate([numpy.arange(943), stream.randint(0, 943, 5000 - 943)])
    items = numpy.concatenate([stream.permutation(1682), stream.randint(0, 1682, 5000 - 1682)])
    rows = []
    for number in stream.permutation(5000):
        user, item = users[number], items[number]
        score = 3 + (user % 3 == item % 3) + (user % 2 == item % 2) - (item % 5 == 0)
        time = 874_724_710 + stream.randint(0, 18_000_000)
        rows.append(f"{user + 1}\t{item + 1}\t{min(score, 5)}\t{time}\n")
    yield "d2l/ml-100k.zip", archived({"ml-100k/u.data": "".join(rows).encode()})


@maker("ctr")
def clicks(stream):
    """Make ctr.zip: 2,000 and 500 rows of a label and 34 categories, two of which decide it."""
    files = {}
    for part, count in (("train", 2000), ("test", 500)):
        fields = stream.randint(0, 3 + numpy.arange(34) % 9, (count, 34))
        clicked = (fields[:, 3] + fields[:, 8] + stream.randint(0, 3, count)) % 9 < 4
        rows = [
            "\t".join([str(int(label)), *(f"f{column}v{v:x}" for column, v in enumerate(row))])
            for label, row in zip(clicked, fields.tolist())
        ]
        files[f"ctr/{part}.csv"] = ("\n".join(rows) + "\n").encode()
    yield "d2l/ctr.zip", archived(files)


# ---- word vectors

_PAIRS = {
    "man woman": "son daughter king queen boy girl uncle aunt",
    "beijing china": "tokyo japan paris france rome italy berlin germany",
    "bad worst": "big biggest small smallest cold coldest long longest",
    "do did": "go went see saw come came take took",
}
_NEAR = "chip chips intel electronics baby babies infant pregnant beautiful lovely gorgeous pretty"


def vectors(stream, width):
    """Draw vectors of some 500 words; return them as lines.

    Words of a pair differ by their relation's vector, so that analogies hold; those of a group,
    as good and bad words of reviews, lie near each other.
    """
    words = dict.fromkeys(["the", ",", ".", "of", "to", "and", "in"], None)

    def near(group, spread=100):
        middle = stream.randint(-900, 901, width)
        words.update((word, middle + stream.randint(-spread, spread + 1, width)) for word in group)

    for first, rest in _PAIRS.items():
        shift = stream.randint(-500, 501, width)
        pairs = (first + " " + rest).split()
        near(pairs[::2], 400)
        words.update(
            (other, words[word] + shift + stream.randint(-30, 31, width))
            for word, other in zip(pairs[::2], pairs[1::2])
        )
    near_words = _NEAR.split()
    for start in range(0, len(near_words), 4):
        near(near_words[start : start + 4])
    near(POSITIVE)
    near(NEGATIVE)
    fresh = [word for word in COMMON if word not in words] + [f"word{n}" for n in range(500)]
    for word in fresh[: max(0, 500 - len(words))]:
        words[word] = None
    for word, vector in words.items():
        if vector is None:
            words[word] = stream.randint(-900, 901, width)
    return [
        " ".join([word, *(f"{number / 1000:.5g}" for number in vector.tolist())])
        for word, vector in words.items()
    ]


@maker("glove")
def glove(stream):
    """Make the GloVe vectors for d2l (vec.txt) and for mx.contrib.text (glove.6B.zip)."""
    files = {}
    for name, width in (("6B", 50), ("6B", 100), ("42B", 300)):
        text = "\n".join(vectors(stream, width)) + "\n"
        folder = f"glove.{name}.{width}d"
        yield f"d2l/{folder}.zip", archived({f"{folder}/vec.txt": text.encode()})
        files[f"{folder}.txt"] = text.encode()
    last = files.popitem()
    yield "gluon/embeddings/glove/glove.6B.zip", archived(files)
    yield "gluon/embeddings/glove/glove.42B.300d.zip", archived([last])


@maker("wiki.en")
def fasttext(stream):
    """Make the fastText vectors, with their line of counts, for d2l and for mx.contrib.text."""
    lines = vectors(stream, 300)
    text = "\n".join([f"{len(lines)} 300", *lines]) + "\n"
    yield "d2l/wiki.en.zip", archived({"wiki.en/vec.txt": text.encode()})
    for name in ("wiki.en", "wiki.simple"):
        yield f"gluon/embeddings/fasttext/{name}.zip", archived({f"{name}.vec": text.encode()})
