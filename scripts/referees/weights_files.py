"""Weights as safetensors and .npz, read and written by Python's safetensors and by NumPy."""

import json

import numpy as np
import safetensors
import safetensors.numpy

FUNCTIONS = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "step": lambda x: (x > 0).astype(x.dtype),
    "softmax": lambda x: np.exp(x - x.max(axis=1, keepdims=True)) / np.exp(x - x.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True),
}


def outputs(description, weights, images):
    """What the model gives for `images`, in float64."""
    value, dense = images.astype(np.float64), 0
    for layer in description["model"]["layers"]:
        if layer["type"] == "flatten":
            value = value.reshape(len(value), -1)
        if layer["type"] == "dense":
            name = "dense" if dense == 0 else f"dense_{dense}"
            dense += 1
            value = value @ weights[f"{name}.weight"].T.astype(np.float64)
            value = value + weights.get(f"{name}.bias", np.zeros(1))
        value = FUNCTIONS[layer.get("activation", "linear")](value)
    return value


def read_safetensors(path):
    with safetensors.safe_open(path, "np") as file:
        return json.loads(file.metadata()["ptrain"]), safetensors.numpy.load_file(path)


def read_npz(path):
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    return json.loads(bytes(arrays.pop("ptrain"))), arrays


def trained_further(weights):
    """Other weights, as another program may have trained them."""
    random = np.random.default_rng(1)
    return {
        name: (array + random.normal(0, 0.01, array.shape)).astype(np.float32) for name, array in weights.items()}


def checks(job):
    images, _ = job.test
    path = job.export("safetensors")
    description, weights = read_safetensors(path)
    reader = f"safetensors {safetensors.__version__}"
    yield job.row("safetensors", "from ptrain", reader, path, outputs(description, weights, images))

    changed = trained_further(weights)
    path = job.folder / "theirs.safetensors"
    safetensors.numpy.save_file(changed, path, metadata={"ptrain": json.dumps(description)})
    yield job.row("safetensors", "to ptrain", reader, path, outputs(description, changed, images))

    path = job.export("npz")
    description, weights = read_npz(path)
    reader = f"NumPy {np.__version__}"
    yield job.row(".npz", "from ptrain", reader, path, outputs(description, weights, images))

    # As NumPy users write: float64, one array in column-major order, compressed.
    doubles = {name: array.astype(np.float64) for name, array in changed.items()}
    doubles["dense.weight"] = np.asfortranarray(doubles["dense.weight"])
    path = job.folder / "theirs.npz"
    np.savez_compressed(path, ptrain=np.frombuffer(json.dumps(description).encode(), np.uint8), **doubles)
    yield job.row(".npz", "to ptrain", reader, path, outputs(description, changed, images))
