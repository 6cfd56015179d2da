"""Files that are damaged or made to do damage."""

import concurrent.futures
import gzip
import hashlib
import random
import shutil
import struct
import threading

from harness import make_dataset, write_idx

# What reading a refused file may take beside what any command takes, in KiB: far below what each bomb holds.
MOST_KILOBYTES = 65536


def run(tool, score, folder, mnist, short):
    data = make_dataset(tool, folder / "data")
    out = folder / "run"
    assert tool.run("--data", str(data), "--out", str(out), "--epochs", "2", "--hidden", "8", "--threads", "1").code == 0
    flips(tool, score, folder, targets(tool, folder, out / "ckpt.zst", data), 300 if short else 10000)
    bombs(tool, score, folder, data)


def targets(tool, folder, checkpoint, data):
    """What is flipped, as (name, folder to copy, file in it, the command that reads it, whether every flip shows)."""
    shard = next(data.glob("train-*.zst")).name
    models = folder / "models"
    models.mkdir()
    shutil.copy(checkpoint, models / "ckpt.zst")
    found = [("shard", data, shard, lambda path: ["data", "verify", str(path.parent)], True),
             ("checkpoint", models, "ckpt.zst", lambda path: ["inspect", str(path)], True)]
    for ending in ("safetensors", "npz", "h5", "keras"):
        assert tool.run("export", str(checkpoint), "-o", str(models / f"model.{ending}")).code == 0
        # No digest covers all of these: a flip may hit a number, or what nobody reads.
        found.append((ending, models, f"model.{ending}", lambda path: ["summary", str(path)], False))
    return found


def flips(tool, score, folder, targets, count):
    """Single bits, in each kind of file in turn; each has to be noticed and its file named, or leave a model that is
    well-formed."""
    places = threading.local()
    noticed = {name: 0 for name, *_ in targets}
    lock = threading.Lock()

    def flip(number):
        source = random.Random(number)
        if not hasattr(places, "folder"):
            places.folder = folder / f"flips{threading.get_ident()}"
            for name, origin, *_ in targets:
                shutil.copytree(origin, places.folder / name)
        name, _, file, command, is_sealed = targets[number % len(targets)]
        path = places.folder / name / file
        whole = path.read_bytes()
        altered = bytearray(whole)
        index = source.randrange(len(altered))
        altered[index] ^= 1 << source.randrange(8)
        path.write_bytes(altered)
        ended = tool.run(*command(path))
        path.write_bytes(whole)
        is_noticed = ended.code == 65 and str(path) in ended.errors and (name != "shard" or "samples" in ended.errors)
        is_model = not is_sealed and ended.code == 0
        score.bad_input("flip", None if is_noticed or is_model else f"byte {index} of {path.name}: {ended}")
        with lock:
            noticed[name] += is_noticed

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(flip, range(count)))
    print(f"flips: {count}; noticed " + ", ".join(f"{name} {noticed[name]} of {len(range(at, count, len(targets)))}"
                                                  for at, (name, *_) in enumerate(targets)), flush=True)


def sealed(frame):
    frame += bytes([0x5E, 0x2A, 0x4D, 0x18, 45, 0, 0, 0]) + b"ptrain-sha256"
    return frame + hashlib.sha256(frame[:-21]).digest()


def repeated(size, first=b"", byte=0):
    """A zstd frame of `size` bytes, most of them one repeated byte; its checksum is nonsense."""
    frame = struct.pack("<IBI", 0xFD2FB528, 0b10100100, size)
    if first:
        frame += struct.pack("<I", len(first) << 3)[:3] + first
    left = size - len(first)
    while left > 0:
        count = min(left, 131072)
        left -= count
        frame += struct.pack("<I", count << 3 | 1 << 1 | (left == 0))[:3] + bytes([byte])
    return frame + bytes(4)


def bombs(tool, score, folder, data):
    usual = tool.run("data", "info", str(data)).kilobytes
    place = folder / "bombs"
    place.mkdir()

    def expect(kind, codes, path, *arguments):
        ended = tool.run(*arguments)
        problem = None
        if ended.code not in codes or str(path) not in ended.errors:
            problem = str(ended)
        elif ended.kilobytes > usual + MOST_KILOBYTES:
            problem = f"{ended.kilobytes} KiB of memory"
        score.bad_input(kind, problem)
        print(f"{kind}: {path.stat().st_size:,} bytes, code {ended.code}, {ended.kilobytes:,} KiB", flush=True)

    checkpoint = place / "ckpt.zst"
    checkpoint.write_bytes(sealed(repeated(512 << 20)))
    expect("frame of 512 MiB", [65], checkpoint, "inspect", str(checkpoint))
    checkpoint.write_bytes(sealed(repeated(100_000_008, struct.pack("<Q", 100_000_000), 0x20)))
    expect("header of 100 MB", [65], checkpoint, "inspect", str(checkpoint))
    # A header that says 2 samples, and 800 MB behind them.
    images, labels = place / "images.gz", place / "labels"
    zeros = bytes(1 << 20)
    with gzip.open(images, "wb") as file:
        file.write(bytes([0, 0, 8, 3]) + struct.pack(">3I", 2, 28, 28))
        for _ in range(800):
            file.write(zeros)
    write_idx(labels, [2], bytes(2))
    expect("gzip of 800 MB", [65], images, "data", "pack", "--train-images", str(images), "--train-labels", str(labels), "--out", str(place / "a"))
    # A header that promises more than its 25 kB could hold, beside one that just could.
    for kind, side in (("gzip that promises 800 MB", 20000), ("gzip that promises 25 MB", 3500)):
        with gzip.open(images, "wb") as file:
            file.write(bytes([0, 0, 8, 3]) + struct.pack(">3I", 2, side, side))
            file.write(bytes(25 << 20))
        expect(kind, [65], images, "data", "pack", "--train-images", str(images), "--train-labels", str(labels), "--out", str(place / "b"))
    nested = place / "nested"
    shutil.copytree(data, nested)
    for kind, text in (("nested arrays", b"[" * 1_000_000), ("nested objects", b'{"a":' * 500_000)):
        (nested / "dataset.json").write_bytes(text)
        expect(kind, [65], nested / "dataset.json", "data", "info", str(nested))
    deep = b'{"__metadata__":' + b'{"a":' * 100_000
    checkpoint.write_bytes(sealed(repeated(len(deep) + 8, struct.pack("<Q", len(deep)) + deep[:100_000], 0x7B)))
    expect("nested header", [65], checkpoint, "inspect", str(checkpoint))
