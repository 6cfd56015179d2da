"""Makes a folder of small PNG pictures in three classes, to try `ptrain data pack` with.

    python3 scripts/shapes FOLDER [COUNT]

Discs, squares and triangles of any colour and size, nearly in the middle of plain backgrounds, COUNT (200) of each class, in pictures
of 24 to 48 pixels a side. The same pictures each time. Python 3.9 or newer, nothing else.
"""

import os
import random
import struct
import sys
import zlib


def inside(shape, x, y):
    """Whether (x, y), from the shape's middle and in its radii, is inside."""
    if shape == "disc":
        return x * x + y * y <= 1
    if shape == "square":
        return abs(x) <= 0.8 and abs(y) <= 0.8
    return -0.8 <= y <= 0.8 and abs(x) <= (y + 0.8) / 1.6


def picture(shape, rng):
    """Width, height and rows of red, green and blue bytes."""
    width, height = rng.randint(24, 48), rng.randint(24, 48)
    radius = rng.uniform(0.3, 0.42) * min(width, height)
    left, top = (side / 2 + rng.uniform(-0.06, 0.06) * side for side in (width, height))
    paper = [rng.randint(0, 90) for _ in range(3)]
    ink = [rng.randint(160, 255) for _ in range(3)]
    rows = []
    for y in range(height):
        row = bytearray()
        for x in range(width):
            is_ink = inside(shape, (x + 0.5 - left) / radius, (y + 0.5 - top) / radius)
            row += bytes(ink if is_ink else paper)
        rows.append(bytes(row))
    return width, height, rows


def png(width, height, rows):
    """The bytes of a PNG file: 8 bits of red, green and blue, no filter."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def main():
    if len(sys.argv) not in (2, 3) or (len(sys.argv) == 3 and not sys.argv[2].isdigit()):
        sys.exit("usage: python3 scripts/shapes FOLDER [COUNT]")
    count = int(sys.argv[2]) if len(sys.argv) == 3 else 200
    rng = random.Random(1)
    for shape in ("disc", "square", "triangle"):
        folder = os.path.join(sys.argv[1], shape)
        os.makedirs(folder, exist_ok=True)
        for number in range(count):
            with open(os.path.join(folder, f"{number:04}.png"), "wb") as file:
                file.write(png(*picture(shape, rng)))


main()
