"""Keras's files, both ways: what ptrain wrote is opened by Keras, what Keras wrote by ptrain.

`compare(ptrain, run, images, labels, data, folder)` is called by the referees' frame, or from the command line:

  python keras_files.py PTRAIN RUN DATA FOLDER

with ptrain's binary, a run of it, the packed data set and a folder for files. It takes Keras 2.15 and Keras 3,
whichever is installed, and ends with 1 if anything differs.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

# Outputs are probabilities: sums of up to 784 products in another order, in 32 bits.
TOLERANCE = 1e-5
ENDINGS = ("h5", "keras")


@dataclass
class Row:
    """One format in one direction."""

    name: str
    largest_difference: float
    theirs: float
    ours: float

    @property
    def holds(self):
        return self.largest_difference <= TOLERANCE and self.theirs == self.ours


def ptrain_accuracy(ptrain, model, data):
    command = [ptrain, "evaluate", model, "--data", data, "--json"]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(result.stdout)["test_accuracy"]


def ptrain_export(ptrain, model, file):
    subprocess.run([ptrain, "export", model, "-o", file], check=True)


def exported(ptrain, run, images, labels, data, folder):
    """What ptrain wrote: Keras opens it compiled, and both formats predict the same.

    Accuracy is that of Keras's own `evaluate`, with the file's loss and metrics. The reference for predictions is
    NumPy in 64 bits, from the parameters in the `.h5` file as h5py reads them.
    """
    import keras
    import numpy as np

    ours = ptrain_accuracy(ptrain, run, data)
    rows = []
    for ending in ENDINGS:
        file = os.path.join(folder, f"ptrain.{ending}")
        ptrain_export(ptrain, run, file)
        model = keras.models.load_model(file)
        assert model.optimizer is not None and model.loss is not None, f"{file} is not compiled"
        _, accuracy = model.evaluate(images, labels, batch_size=1000, verbose=0)
        difference = np.abs(model.predict(images, batch_size=1000, verbose=0) - plain_outputs(model, images)).max()
        rows.append(Row(f"ptrain → Keras {keras.__version__}, .{ending}", float(difference), accuracy_of(accuracy, labels), ours))
    return rows


def accuracy_of(value, labels):
    """A mean in 32 bits as the quotient that it stands for."""
    return round(float(value) * len(labels)) / len(labels)


def plain_outputs(model, images):
    """The model's outputs in 64-bit NumPy."""
    import numpy as np

    values = images.reshape(len(images), -1).astype("float64")
    functions = {
        "linear": lambda z: z,
        "relu": lambda z: np.maximum(z, 0),
        "tanh": np.tanh,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "softmax": lambda z: np.exp(z - z.max(1, keepdims=True)) / np.exp(z - z.max(1, keepdims=True)).sum(1, keepdims=True),
    }
    for layer in model.layers:
        weights = layer.get_weights()
        if weights:
            values = values @ weights[0].astype("float64") + (weights[1] if len(weights) > 1 else 0)
        activation = getattr(layer, "activation", None)
        if activation is not None:
            values = functions[activation.__name__](values)
    return values


def imported(ptrain, train_images, train_labels, images, labels, data, folder):
    """What Keras wrote: ptrain's accuracy is Keras's, and what ptrain writes of it predicts as the original does."""
    import keras
    import numpy as np

    keras.utils.set_random_seed(1)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input(images.shape[1:]),
            layers.Flatten(),
            layers.Dense(48, activation="tanh"),
            layers.Dropout(0.1),
            layers.Dense(32, use_bias=False),
            layers.ReLU(),
            layers.Dense(int(labels.max()) + 1, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(train_images, train_labels, batch_size=256, epochs=1, verbose=0)
    _, accuracy = model.evaluate(images, labels, batch_size=1000, verbose=0)
    expected = model.predict(images, batch_size=1000, verbose=0)
    rows = []
    for ending in ENDINGS:
        file = os.path.join(folder, f"keras.{ending}")
        model.save(file)
        back = os.path.join(folder, f"keras-back.{ending}")
        ptrain_export(ptrain, file, back)
        # Compiled only where Keras told the optimizer; predictions don't need it.
        again = keras.models.load_model(back, compile=False).predict(images, batch_size=1000, verbose=0)
        rows.append(
            Row(
                f"Keras {keras.__version__} → ptrain, .{ending}",
                float(np.abs(again - expected).max()),
                accuracy_of(accuracy, labels),
                ptrain_accuracy(ptrain, file, data),
            )
        )
    return rows


def compare(ptrain, run, train, test, data, folder):
    """All rows. `train` and `test` are pairs of images, 0 to 1 in 32 bits, and labels."""
    rows = exported(ptrain, run, *test, data, folder)
    return rows + imported(ptrain, *train, *test, data, folder)


def samples(data, split):
    """A split of a packed data set: its images, divided by 255, and its labels."""
    import glob

    import numpy as np
    from safetensors.numpy import load

    parts = []
    for shard in sorted(glob.glob(os.path.join(data, f"{split}-*.safetensors.zst"))):
        content = subprocess.run(["zstd", "-dcq", shard], check=True, capture_output=True).stdout
        parts.append(load(content))
    images = np.concatenate([part["images"] for part in parts]).astype("float32") / np.float32(255)
    return images, np.concatenate([part["labels"] for part in parts]).astype("int64")


def main():
    ptrain, run, data, folder = sys.argv[1:]
    rows = compare(ptrain, run, samples(data, "train"), samples(data, "test"), data, folder)
    for row in rows:
        print(f"{row.name:34} {row.largest_difference:.2e}  {row.theirs:.4f}  {row.ours:.4f}  {'ok' if row.holds else 'DIFFERS'}")
    sys.exit(0 if all(row.holds for row in rows) else 1)


if __name__ == "__main__":
    main()
