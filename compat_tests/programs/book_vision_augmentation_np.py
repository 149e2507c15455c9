"""Image augmentation with transforms, alone, composed, and through a data set."""

import mxnet as mx
from mxnet import gluon, np, npx

npx.set_np()
mx.random.seed(227)
T = gluon.data.vision.transforms
img = np.random.randint(0, 256, size=(8, 10, 3)).astype("uint8")
print(img.shape, img.dtype, img[0, 0])
flip = T.RandomFlipLeftRight()
print([bool((flip(img) == img).all()) for _ in range(6)])
print([bool((T.RandomFlipTopBottom()(img) == img).all()) for _ in range(6)])
for augment in (
    T.RandomBrightness(0.5),
    T.RandomContrast(0.5),
    T.RandomSaturation(0.5),
    T.RandomHue(0.5),
    T.RandomColorJitter(brightness=0.5, contrast=0.5, saturation=0.5, hue=0.5),
    T.RandomLighting(0.1),
):
    out = augment(img)
    print(type(augment).__name__, out.shape, out.dtype)
steps = T.Compose(
    [
        T.CenterCrop(6),
        T.ToTensor(),
        T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ]
)
print(steps)
out = steps(img)
print(out.shape, out.dtype, out[:, 0, 0])
print(T.Cast("float32")(img).dtype, T.ToTensor()(img)[1, 2])

images = np.random.randint(0, 256, size=(6, 8, 8, 3)).astype("uint8")
dataset = gluon.data.ArrayDataset(images, np.arange(6))
train = dataset.transform_first(T.Compose([T.RandomFlipLeftRight(), T.ToTensor()]))
for X, y in gluon.data.DataLoader(train, batch_size=4):
    print(X.shape, X.dtype, y, "%.6f" % float(X.mean()))
for X, y in gluon.data.DataLoader(train, batch_size=4, last_batch="rollover"):
    print(X.shape)
