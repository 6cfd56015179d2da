"""Writes refused.zip: files that are HDF5 or Keras, and not what the reader takes; and accepted ones of other forms.

Run in this folder with h5py 3.14 (HDF5 1.14), after make_keras.py: all are variations of keras3-chain.h5.
"""

import io
import json
import zipfile

import h5py
import numpy as np

KERNEL = "model_weights/dense/dense/kernel"
archive = zipfile.ZipFile("refused.zip", "w", zipfile.ZIP_DEFLATED)


def variation(name, change, **options):
    """The chain with `change` made to the open file."""
    with h5py.File("keras3-chain.h5", "r") as original:
        memory = io.BytesIO()
        with h5py.File(memory, "w", **options) as file:
            for attribute in original.attrs:
                file.attrs[attribute] = original.attrs[attribute]
            original.copy("model_weights", file)
            change(file)
    entry = zipfile.ZipInfo(f"{name}.h5", (1980, 1, 1, 0, 0, 0))
    archive.writestr(entry, memory.getvalue(), zipfile.ZIP_DEFLATED)


def kernel(**options):
    def change(file):
        values = file[KERNEL][()]
        del file[KERNEL]
        dtype = options.pop("dtype", "<f4")
        file.create_dataset(KERNEL, data=values.astype(dtype), **options)

    return change


def compact(file):
    values = file[KERNEL][()]
    del file[KERNEL]
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple(values.shape)
    h5py.h5d.create(file.id, KERNEL.encode(), h5py.h5t.IEEE_F32LE, space, properties).write(
        h5py.h5s.ALL, h5py.h5s.ALL, np.ascontiguousarray(values, "<f4")
    )


def turned(file):
    values = file[KERNEL][()]
    del file[KERNEL]
    file[KERNEL] = values.T


def link(target):
    def change(file):
        del file[KERNEL]
        file[KERNEL] = target

    return change


def virtual(file):
    del file[KERNEL]
    layout = h5py.VirtualLayout((12, 3), "<f4")
    layout[:] = h5py.VirtualSource("elsewhere.h5", "kernel", (12, 3))
    file.create_virtual_dataset(KERNEL, layout)


def config(replace):
    def change(file):
        text = file.attrs["model_config"]
        file.attrs["model_config"] = json.dumps(replace(json.loads(text)))

    return change


def wider(description):
    """More units than there are numbers in the file."""
    description["config"]["layers"][2]["config"]["units"] = 1_000_000_000
    return description


variation("plain", lambda file: None)
variation("big-endian-float64", kernel(dtype=">f8"))
variation("compact", compact)
variation("float16", kernel(dtype="<f2"))
variation("integers", kernel(dtype="<i4"))
variation("chunked", kernel(chunks=(4, 3)))
variation("gzip", kernel(chunks=(4, 3), compression="gzip"))
variation("external-storage", kernel(external=[("/etc/passwd", 0, 144)]))
variation("virtual", virtual)
variation("soft-link", link(h5py.SoftLink("/model_weights/dense/dense/bias")))
variation("external-link", link(h5py.ExternalLink("elsewhere.h5", "/kernel")))
variation("wrong-shape", turned)
variation("no-kernel", lambda file: file.__delitem__(KERNEL))
variation("no-model", lambda file: file.attrs.__delitem__("model_config"))
variation("not-json", lambda file: file.attrs.__setitem__("model_config", '{"class_name": '))
variation("deep-json", lambda file: file.attrs.__setitem__("model_config", "[" * 5000 + "]" * 5000))
variation("many-units", config(wider))
variation("newest-layout", lambda file: None, libver="latest")
archive.close()
