"""The losses and metrics that chapters mention, on the same few predictions."""

import mxnet as mx
from mxnet import autograd, gluon, nd

mx.random.seed(347)
pred = nd.array([[0.2, 0.5, 0.3], [0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.3, 0.4, 0.3]])
label = nd.array([1, 0, 2, 2])
scores, target = nd.array([[0.5], [-1.2], [2.0]]), nd.array([[1], [0], [1]])
L = gluon.loss
for loss, a, b in (
    (L.SoftmaxCrossEntropyLoss(), pred, label),
    (L.SoftmaxCrossEntropyLoss(sparse_label=False), pred, nd.one_hot(label, 3)),
    (L.SoftmaxCrossEntropyLoss(from_logits=True, weight=2), pred.log(), label),
    (L.L2Loss(), scores, target),
    (L.L1Loss(), scores, target),
    (L.SigmoidBinaryCrossEntropyLoss(), scores, target),
    (L.KLDivLoss(from_logits=False), pred, nd.softmax(pred * 9)),
    (L.HuberLoss(rho=0.5), scores, target),
    (L.HingeLoss(), scores, target * 2 - 1),
    (L.LogisticLoss(), scores, target * 2 - 1),
    (L.PoissonNLLLoss(), scores, target),
):
    a = a.copy()
    a.attach_grad()
    with autograd.record():
        value = loss(a, b)
    value.backward()
    print(type(loss).__name__, value, a.grad[0])
triplet = L.TripletLoss(margin=0.5)
print(
    triplet(scores, target, -target), L.CosineEmbeddingLoss()(pred[:2], pred[2:], nd.array([1, -1]))
)
print(L.CTCLoss()(nd.ones((1, 5, 4)), nd.array([[1, 2]])))

for metric in (
    mx.metric.Accuracy(),
    mx.metric.TopKAccuracy(top_k=2),
    mx.metric.CrossEntropy(),
    mx.metric.NegativeLogLikelihood(),
    mx.metric.Perplexity(ignore_label=None),
):
    metric.update([label], [pred])
    metric.update([label[:2]], [pred[1:3]])
    print(*metric.get())
for metric in (mx.metric.MSE(), mx.metric.MAE(), mx.metric.RMSE()):
    metric.update([target], [scores])
    print("%s %.6f" % metric.get())
both = mx.metric.CompositeEvalMetric()
both.add(mx.metric.Accuracy())
both.add(mx.metric.F1(average="micro"))
both.update([nd.array([0, 1, 1])], [nd.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])])
print(both.get(), mx.metric.create("acc"))
own = mx.metric.np(lambda label, pred: float((label == pred.argmax(axis=1)).sum()), name="hits")
own.update([label], [pred])
print(own.get())
