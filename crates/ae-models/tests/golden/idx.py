"""Reads IDX files, plain or gzip."""

import gzip
import math
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parents[4] / "data"
TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path):
    """The array in the file, in the machine's byte order."""
    content = Path(path).read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    if content[:2] != b"\0\0" or len(content) < 4 or content[2] not in TYPES:
        raise ValueError(f"{path}: expected an IDX file, found {content[:4]!r} at its start")
    start = 4 + 4 * content[3]
    shape = np.frombuffer(content[4:start], ">u4").tolist()
    dtype = np.dtype(TYPES[content[2]])
    if len(content) != start + math.prod(shape) * dtype.itemsize:
        raise ValueError(f"{path}: expected {shape} of {dtype}, found {len(content)} bytes in all")
    return np.frombuffer(content, dtype, offset=start).reshape(shape).astype(dtype.newbyteorder("="))


def test_images():
    """The MNIST test images: uint8, [10000, 28, 28]."""
    return read_idx(DATA / "mnist" / "t10k-images-idx3-ubyte.gz")
