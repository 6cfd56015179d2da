"""Writes the Keras files that the tests read, and what Keras predicts with them.

Run once with each of the two, in this folder:
  Keras 2: Python 3.11, tensorflow-cpu==2.15.1
  Keras 3: tensorflow-cpu==2.21.0, keras==3.15.0

Each NAME.h5 and NAME.keras comes with NAME.json: a few inputs and Keras's predictions for them.
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import keras
import numpy as np

layers = keras.layers
MAJOR = keras.__version__.split(".")[0]
INPUTS = np.random.default_rng(1).standard_normal((5, 4, 3)).astype("float32")
LABELS = np.array([0, 1, 2, 1, 0])


def save(model, name, formats=("h5", "keras"), predicts=True):
    stem = f"keras{MAJOR}-{name}"
    for extension in formats:
        model.save(f"{stem}.{extension}")
    if not predicts:
        return
    expected = {"keras": keras.__version__, "inputs": INPUTS.reshape(len(INPUTS), -1).tolist()}
    expected["outputs"] = model.predict(INPUTS, verbose=0).tolist()
    with open(f"{stem}.json", "w", encoding="utf-8") as file:
        json.dump(expected, file)


def classifier():
    """As in the classic tutorial, trained a little, with Adam's state."""
    model = keras.Sequential(
        [
            layers.Flatten(input_shape=(4, 3)),
            layers.Dense(5, activation="relu"),
            layers.Dropout(0.25),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(INPUTS, LABELS, epochs=3, verbose=0)
    save(model, "classifier")


def every_layer():
    """All layers that are read, SGD with Nesterov's momentum, mean squared error."""
    model = keras.Sequential(
        [
            keras.Input((4, 3), name="samples"),
            layers.Flatten(name="flat"),
            layers.Dense(6, use_bias=False, name="encoder"),
            layers.ReLU(),
            layers.Dense(5, activation="tanh", kernel_initializer="he_normal"),
            layers.Activation("sigmoid"),
            layers.Dense(4, activation="linear"),
            layers.Dropout(0.5),
            layers.Dense(3),
            layers.Softmax(),
        ]
    )
    optimizer = keras.optimizers.SGD(learning_rate=0.125, momentum=0.75, nesterov=True)
    model.compile(optimizer=optimizer, loss=keras.losses.MeanSquaredError(), metrics=["accuracy"])
    save(model, "every-layer")


def built_late():
    """The shape of its samples is known from the first batch only; from logits; never compiled before."""
    model = keras.Sequential([layers.Flatten(), layers.Dense(4, activation="relu"), layers.Dense(3)])
    model(INPUTS)
    model.compile(optimizer="rmsprop", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    save(model, "logits")


def chain():
    """A functional model that is one straight chain, not compiled."""
    inputs = keras.Input((4, 3))
    outputs = layers.Dense(3, activation="softmax")(layers.Flatten()(inputs))
    save(keras.Model(inputs, outputs), "chain")


def refused():
    """Layers that are not read."""
    code = keras.Sequential([keras.Input((4, 3)), layers.Flatten(), layers.Lambda(lambda x: x * 2, name="doubling")])
    save(code, "lambda", formats=["h5"], predicts=False)
    convolution = keras.Sequential([keras.Input((4, 3)), layers.Conv1D(2, 2), layers.Flatten(), layers.Dense(3)])
    save(convolution, "convolution", formats=["keras"], predicts=False)


for make in (classifier, every_layer, built_late, chain, refused):
    keras.backend.clear_session()
    keras.utils.set_random_seed(1)
    make()
