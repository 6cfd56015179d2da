"""What one version of Keras does with files of models; runs in that version's own Python.

  keras_worker.py open FILE SAMPLES OUTPUTS   predicts with the model in FILE, which must be compiled
  keras_worker.py train STEM SAMPLES OUTPUTS  trains a model, writes it to STEM.h5 and STEM.keras, predicts with it

SAMPLES is an .npz with images, labels, and for `train` the same for training; OUTPUTS, an .npz too, receives the
outputs for all images and the version.
"""

import sys

import keras
import numpy as np

LAYERS = keras.layers


def opened(path):
    model = keras.models.load_model(path)
    assert model.optimizer is not None and model.loss is not None, f"{path} is not compiled"
    return model


def trained(stem, samples):
    """Other widths and activations than the reference job's, all kinds of layers, Adam."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([
        keras.Input(samples["images"].shape[1:]),
        LAYERS.Flatten(),
        LAYERS.Dense(48, activation="tanh"),
        LAYERS.Dropout(0.1),
        LAYERS.Dense(32, use_bias=False),
        LAYERS.ReLU(),
        LAYERS.Dense(24, activation="sigmoid"),
        LAYERS.Dense(10),
        LAYERS.Softmax(),
    ])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(samples["training_images"], samples["training_labels"], batch_size=64, epochs=2, verbose=0)
    for ending in ("h5", "keras"):
        model.save(f"{stem}.{ending}")
    return model


def main(task, path, samples_path, outputs_path):
    samples = np.load(samples_path)
    model = opened(path) if task == "open" else trained(path, samples)
    images, labels = samples["images"], samples["labels"]
    outputs = model.predict(images, batch_size=1000, verbose=0)
    # By the loss and the metric that the file names.
    loss, accuracy = model.evaluate(images, labels, batch_size=1000, verbose=0)
    expected = np.mean(np.argmax(outputs, axis=1) == labels)
    assert np.isfinite(loss) and abs(accuracy - expected) < 0.5 / len(labels), f"{path}: accuracy {accuracy}, not {expected}"
    np.savez(outputs_path, outputs=outputs, version=keras.__version__)


if __name__ == "__main__":
    main(*sys.argv[1:])
