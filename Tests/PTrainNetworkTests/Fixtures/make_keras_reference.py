"""Makes keras_reference.safetensors: losses, gradients and weights as Keras computes them.

Samples, labels, their order and the initial weights come from integer formulas that
KerasReference.swift repeats, so only Keras's results are stored. Weights are stored as ptrain does,
[outputs, inputs]: the transpose of a Keras kernel.

Made with Python 3.11 and these versions:

    python3 -m venv .venv
    .venv/bin/pip install keras==3.15.0 tensorflow-cpu==2.21.0 numpy==2.4.6 safetensors==0.8.0
    KERAS_BACKEND=tensorflow .venv/bin/python Tests/PTrainNetworkTests/Fixtures/make_keras_reference.py
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import safetensors.numpy
import tensorflow as tf

CLASSES = 10


def mixed(index):
    """32 well mixed bits for each of `index`."""
    h = (np.asarray(index, dtype=np.uint64) * 2654435761 % 2**32).astype(np.uint32)
    h ^= h >> np.uint32(15)
    h = (h.astype(np.uint64) * 2246822519 % 2**32).astype(np.uint32)
    return h ^ (h >> np.uint32(13))


def samples(count, inputs):
    """uint8 [count, inputs] and labels: one pixel in four is set, and the label's pixels are bright."""
    labels = np.arange(count) * 7 % CLASSES
    h = mixed(np.arange(count * inputs)).reshape(count, inputs)
    noise = np.where((h >> 8) & 3 == 0, h & 0xFF, 0)
    own = (np.arange(inputs)[None, :] % CLASSES == labels[:, None]) & ((h >> 10) & 1 == 0)
    return np.where(own, 200 + (h & 31), noise).astype(np.uint8), labels


def initial(parameter, shape, limit):
    """Uniform within ±limit, a float32 for each element of parameter number `parameter`."""
    h = mixed(np.arange(np.prod(shape)) + 1_000_003 * (parameter + 1))
    unit = (h >> np.uint32(8)).astype(np.float32) * np.float32(2.0**-24) - np.float32(0.5)
    return (unit * np.float32(2 * limit)).reshape(shape)


def model_of(inputs, layers):
    model = keras.Sequential([keras.Input((inputs,))])
    for units, activation in layers:
        model.add(keras.layers.Dense(units, activation=activation))
    values = []
    for layer in model.layers:
        fan_in, units = layer.kernel.shape
        weight = initial(len(values), (units, fan_in), (6 / (fan_in + units)) ** 0.5)
        values += [weight, initial(len(values) + 1, (units,), 0.1)]
        layer.set_weights([weight.T, values[-1]])
    return model


def stored(values):
    """In ptrain's orientation, as one flat vector."""
    return np.concatenate([np.asarray(v).T.reshape(-1) for v in values]).astype(np.float32)


def run(name, inputs, layers, loss, optimizer, count, batch, steps, one_hot=False):
    """Trains for `steps` minibatches of `batch`, the last of each epoch as short as it comes."""
    model = model_of(inputs, layers)
    bytes_, labels = samples(count, inputs)
    x = bytes_.astype(np.float32) * np.float32(1 / 255)
    order = np.arange(count) * 37 % count
    batches = [order[i : i + batch] for i in range(0, count, batch)]
    losses, first_gradient = [], None
    for step in range(steps):
        chosen = batches[step % len(batches)]
        y = labels[chosen]
        target = np.eye(CLASSES, dtype=np.float32)[y] if one_hot else y
        with tf.GradientTape() as tape:
            output = model(x[chosen], training=True)
            if layers[-1][1] != "softmax":
                # Keras remembers a final sigmoid's logits and would take the cross-entropy of their
                # softmax. A copy forgets them: the outputs are taken for probabilities, as documented.
                output = tf.identity(output)
            value = loss(target, output)
        gradients = tape.gradient(value, model.trainable_variables)
        if step == 0:
            first_gradient = stored(gradients)
        optimizer.apply(gradients, model.trainable_variables)
        losses.append(float(value))
    print(name, losses[0], losses[-1])
    return {
        f"{name}.losses": np.array(losses, dtype=np.float32),
        f"{name}.gradient": first_gradient,
        f"{name}.parameters": stored(model.trainable_variables),
    }


def main():
    sparse = keras.losses.SparseCategoricalCrossentropy()
    categorical = keras.losses.CategoricalCrossentropy()
    squared = keras.losses.MeanSquaredError()
    sgd, adam = keras.optimizers.SGD, keras.optimizers.Adam
    softmax = ("relu", "relu", "softmax")

    def layers(*activations, units=(8, 8)):
        return list(zip((*units, CLASSES), activations))

    results = run("reference", 784, layers(*softmax, units=(20, 20)), sparse, sgd(0.01), 320, 20, 100)
    # 50 samples in minibatches of 16: the last one of each epoch has 2.
    short = dict(inputs=36, count=50, batch=16, steps=20)
    results |= run("momentum", layers=layers(*softmax), loss=sparse, optimizer=sgd(0.05, momentum=0.9), **short)
    results |= run("nesterov", layers=layers(*softmax), loss=sparse,
                   optimizer=sgd(0.05, momentum=0.9, nesterov=True), **short)
    results |= run("adam", layers=layers(*softmax), loss=sparse, optimizer=adam(0.01), **short)
    results |= run("tanh", layers=layers("tanh", "sigmoid", "softmax"), loss=categorical, optimizer=sgd(0.1),
                   one_hot=True, **short)
    results |= run("squared", layers=layers("sigmoid", "tanh", None), loss=squared, optimizer=sgd(0.1),
                   one_hot=True, **short)
    results |= run("softmaxSquared", layers=layers(*softmax), loss=squared, optimizer=sgd(0.5), one_hot=True, **short)
    results |= run("sigmoidSparse", layers=layers("relu", "tanh", "sigmoid"), loss=sparse, optimizer=sgd(0.1), **short)
    results |= run("sigmoidCategorical", layers=layers("relu", "tanh", "sigmoid"), loss=categorical,
                   optimizer=sgd(0.1), one_hot=True, **short)
    results |= run("noHidden", layers=[(CLASSES, "softmax")], loss=sparse, optimizer=sgd(0.1), **short)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras_reference.safetensors")
    safetensors.numpy.save_file(results, path)


main()
