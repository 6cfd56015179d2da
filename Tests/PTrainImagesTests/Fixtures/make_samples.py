"""Writes PNGSamples.swift: a picture of 5 x 3 in each kind of PNG, made without libpng, and its 8-bit values.

python3 Fixtures/make_samples.py > PNGSamples.swift   (Python 3.11, zlib 1.2.13)
"""
import base64
import struct
import zlib

WIDTH, HEIGHT = 5, 3
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
PALETTE = [(10 * i, 255 - 10 * i, i) for i in range(16)]


def chunk(kind, content):
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def value(x, y, sample, depth):
    return (x * 37 + y * 101 + sample * 59) * 0x0301 % (1 << depth)


def packed(row, depth):
    if depth == 16:
        return b"".join(struct.pack(">H", v) for v in row)
    bits = "".join(format(v, f"0{depth}b") for v in row)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def rows(color, depth, interlaced):
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    for left, top, right, down in passes:
        for y in range(top, HEIGHT, down):
            row = [value(x, y, s, depth) for x in range(left, WIDTH, right) for s in range(SAMPLES[color])]
            if row:
                yield b"\0" + packed(row, depth)


def expected(color, depth, opacities):
    for y in range(HEIGHT):
        for x in range(WIDTH):
            raw = [value(x, y, s, depth) for s in range(SAMPLES[color])]
            eight = [(v * 255 + ((1 << depth) - 1) // 2) // ((1 << depth) - 1) for v in raw]
            if color == 3:
                yield from PALETTE[raw[0]]
                if opacities:
                    yield opacities[raw[0]] if raw[0] < len(opacities) else 255
            elif color == 4:
                yield from [eight[0]] * 3 + [eight[1]]
            else:
                yield from eight


def sample(name, color, depth, interlaced=False, opacities=None):
    file = b"\x89PNG\r\n\x1a\n"
    file += chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, color, 0, 0, interlaced))
    # A gamma and a text that a reader must not heed.
    file += chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"tEXt", b"Title\0none")
    if color == 3:
        file += chunk(b"PLTE", b"".join(bytes(c) for c in PALETTE[: 1 << depth]))
        if opacities:
            file += chunk(b"tRNS", bytes(opacities))
    data = zlib.compress(b"".join(rows(color, depth, interlaced)), 9)
    file += chunk(b"IDAT", data[:5]) + chunk(b"IDAT", data[5:]) + chunk(b"IEND", b"")
    values = list(expected(color, depth, opacities))
    channels = len(values) // (WIDTH * HEIGHT)
    print(f'    PNGSample(\n      name: "{name}", channels: {channels},')
    print(f'      file: "{base64.b64encode(file).decode()}",')
    print(f"      pixels: {values}),")


print('''/// A picture of 5 × 3 in one kind of PNG. Made by Fixtures/make_samples.py.
struct PNGSample: Sendable, CustomStringConvertible {
  let name: String
  let channels: Int
  /// In base64.
  let file: String
  /// `[3, 5, channels]`
  let pixels: [UInt8]

  var description: String { name }

  // swift-format-ignore
  static let all: [PNGSample] = [''')
for depth in (1, 2, 4, 8, 16):
    sample(f"grey, {depth} bits", 0, depth)
for depth in (8, 16):
    sample(f"colour, {depth} bits", 2, depth)
    sample(f"grey and opacity, {depth} bits", 4, depth)
    sample(f"colour and opacity, {depth} bits", 6, depth)
sample("palette of 2", 3, 1)
sample("palette of 16", 3, 4)
sample("palette of 16 with opacities", 3, 4, opacities=[0, 100, 200])
sample("interlaced grey", 0, 8, interlaced=True)
sample("interlaced colour, 16 bits", 2, 16, interlaced=True)
sample("interlaced grey and opacity, 16 bits", 4, 16, interlaced=True)
print("  ]\n}")
