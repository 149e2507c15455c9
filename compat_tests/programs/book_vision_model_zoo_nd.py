"""Networks of the model zoo from scratch, with few classes and small pictures."""

import mxnet as mx
from mxnet import autograd, gluon, init, nd
from mxnet.gluon.model_zoo import vision as models

mx.random.seed(349)
net = models.resnet18_v2(classes=4, prefix="zoo_")
print(net.features[0:3], net.output)
print(len(net.features), len(net.collect_params().keys()))
finetune = models.get_model("squeezenet1.1", classes=3, prefix="squeeze_")
finetune.initialize(init.Xavier())
x = nd.random.uniform(shape=(1, 3, 224, 224))
print(finetune(x).shape, finetune.output[0])
mobile = models.mobilenet_v2_0_25(classes=4, prefix="mobile_")
mobile.initialize(init.Xavier())
mobile.hybridize()
print(list(mobile.collect_params())[:5])
images, labels = nd.random.normal(shape=(4, 3, 32, 32)), nd.array([0, 1, 2, 3])
trainer = gluon.Trainer(mobile.collect_params(), "sgd", {"learning_rate": 0.01})
for step in range(2):
    with autograd.record(train_mode=False):  # the statistics of four pictures would be noise
        cost = gluon.loss.SoftmaxCrossEntropyLoss()(mobile(images), labels)
    cost.backward()
    trainer.step(4)
    print("%.6f" % cost.mean().asscalar())
print(sorted(name for name in dir(models) if name.startswith("get_")))
