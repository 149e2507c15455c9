"""set_recording leaves the training mode alone, record sets both."""

from mxnet import autograd as ag
from mxnet import nd

print(ag.is_recording(), ag.is_training())
was = ag.set_recording(True)
print(was, ag.is_recording(), ag.is_training())
print(ag.set_training(True), ag.is_training())
ag.set_recording(was)
print(ag.is_recording(), ag.is_training())
ag.set_training(False)
with ag.record(train_mode=False):
    print(ag.is_recording(), ag.is_training())
    with ag.pause(train_mode=True):
        print(ag.is_recording(), ag.is_training())
    with ag.train_mode():
        print(ag.is_recording(), ag.is_training())
    with ag.predict_mode():
        print(ag.is_recording(), ag.is_training())
print(nd.Dropout(nd.ones((2, 3)), p=0.5))
