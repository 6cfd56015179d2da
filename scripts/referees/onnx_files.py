"""ONNX files: their checker, and ONNX Runtime's outputs."""

import json

import numpy as np
import onnx
import onnxruntime
import safetensors.numpy

READER = f"ONNX Runtime {onnxruntime.__version__}"


def session(path):
    onnx.checker.check_model(onnx.load(path), full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def outputs(path, samples):
    return session(str(path)).run(["output"], {"input": samples})[0]


def dense(units, activation):
    return {
        "type": "dense", "units": units, "activation": activation, "use_bias": True,
        "weight_initializer": "zeros", "bias_initializer": "zeros"}


def every_activation(job):
    """A layer of each kind, with weights that make all sums before the step exact."""
    kinds = [dense(4, "step"), {"type": "dropout", "rate": 0.5}, dense(4, "sigmoid"), {"type": "activation", "activation": "tanh"},
             dense(3, "linear")]
    description = {
        "format": "ptrain-weights", "version": 1, "loss": "mean_squared_error",
        "model": {"input_shape": [2, 2], "layers": [{"type": "activation", "activation": "relu"}, {"type": "flatten"}, *kinds]}}
    random = np.random.default_rng(2)
    shapes = {"dense.weight": (4, 4), "dense.bias": (4,), "dense_1.weight": (4, 4), "dense_1.bias": (4,),
              "dense_2.weight": (3, 4), "dense_2.bias": (3,)}
    weights = {name: random.integers(-2, 3, shape).astype(np.float32) for name, shape in shapes.items()}
    path = job.folder / "every.safetensors"
    safetensors.numpy.save_file(weights, path, metadata={"ptrain": json.dumps(description)})
    return job.export("onnx", path), weights


def check_every_activation(job):
    path, weights = every_activation(job)
    samples = np.random.default_rng(3).integers(-3, 4, (500, 2, 2)).astype(np.float32)
    sums = np.maximum(samples, 0).reshape(-1, 4) @ weights["dense.weight"].T + weights["dense.bias"]
    assert np.any(sums == 0), "no sum is 0, where a step goes wrong first"
    hidden = (sums > 0) @ weights["dense_1.weight"].T.astype(np.float64) + weights["dense_1.bias"]
    expected = np.tanh(1 / (1 + np.exp(-hidden))) @ weights["dense_2.weight"].T.astype(np.float64) + weights["dense_2.bias"]
    difference = np.max(np.abs(outputs(path, samples) - expected))
    # A few roundings of numbers below 16.
    assert difference < 16 * 2**-22, f"found a difference of {difference:.3g} in a model of every activation"


def checks(job):
    images, _ = job.test
    path = job.export("onnx")
    # Batches of any size.
    parts = [outputs(path, images[start:end]) for start, end in ((0, 1), (1, 49), (49, len(images)))]
    yield job.row("ONNX", "from ptrain", READER, job.run, np.concatenate(parts))
    check_every_activation(job)
