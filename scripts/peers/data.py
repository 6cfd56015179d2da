"""MNIST as NumPy arrays, read from the shards that `ptrain data pack` made.

`python -m peers.data DATASET OUT` writes them to OUT, where the contenders load them from.
"""

import json
import sys
from pathlib import Path

import numpy as np
import zstandard

DTYPES = {"U8": np.uint8, "I32": np.int32, "I64": np.int64, "U16": np.uint16, "U32": np.uint32, "F32": np.float32}


def read_shard(path):
    """The tensors of one safetensors file in (several) zstd frames, by name."""
    with open(path, "rb") as file:
        content = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read()
    header_size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + header_size])
    payload = memoryview(content)[8 + header_size :]
    return {name: tensor(payload, entry) for name, entry in header.items() if name != "__metadata__"}


def tensor(payload, entry):
    begin, end = entry["data_offsets"]
    return np.frombuffer(payload[begin:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])


def read_part(folder, part):
    """(images uint8 [count, 784], labels int32 [count]) of `part`, "train" or "test"."""
    manifest = json.loads((folder / "dataset.json").read_text())[part]
    shards = [read_shard(folder / shard["file"]) for shard in manifest["shards"]]
    images = np.concatenate([shard["images"] for shard in shards])
    labels = np.concatenate([shard["labels"] for shard in shards])
    if len(images) != manifest["count"] or len(labels) != manifest["count"]:
        raise SystemExit(f"found {len(images)} {part} samples; expected {manifest['count']}; pack the data set again")
    return images.reshape(len(images), -1), labels.astype(np.int32)


def load_bytes(folder, part, count=None):
    """The first `count` samples: (images, uint8 [count, 784]; labels, int32 [count])."""
    return tuple(np.load(Path(folder) / f"{part}-{what}.npy")[:count] for what in ("images", "labels"))


def load(folder, part, count=None):
    """As load_bytes, with the images normalised: float32, divided by 255."""
    images, labels = load_bytes(folder, part, count)
    return images.astype(np.float32) / np.float32(255), labels


def main(dataset, out):
    out.mkdir(parents=True, exist_ok=True)
    for part in ("train", "test"):
        images, labels = read_part(dataset, part)
        np.save(out / f"{part}-images.npy", images)
        np.save(out / f"{part}-labels.npy", labels)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
