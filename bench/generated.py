"""Sets of any number of images: MNIST's training images again and again."""

import contextlib
import gzip
import os
import shutil
import struct
import tempfile
from pathlib import Path
from typing import Iterator

from train_runs import DATA

PIXELS = 28 * 28
# What an IDX file of MNIST's images has before its first pixel.
HEADER = 16


def bytes_needed(count: int) -> int:
    """The disk space for a file of `count` images, and for what `train` keeps of it."""
    return 2 * count * PIXELS


def folder() -> str:
    """Where `train` keeps its copy: `/tmp` may be in memory."""
    on_disk = "/var/tmp"
    return tempfile.gettempdir() if "TMPDIR" in os.environ or not os.path.isdir(on_disk) else on_disk


def has_space(count: int) -> bool:
    """Whether there is disk space for `count` images."""
    return shutil.disk_usage(folder()).free > bytes_needed(count)


@contextlib.contextmanager
def images(count: int) -> Iterator[Path]:
    """An IDX file of `count` images, which is removed afterwards."""
    with gzip.open(DATA / "mnist/train-images-idx3-ubyte.gz") as packed:
        mnist = packed.read()[HEADER:]
    with tempfile.TemporaryDirectory(dir=folder()) as name:
        path = Path(name) / "train-images-idx3-ubyte"
        with open(path, "wb") as file:
            file.write(struct.pack(">4I", 0x803, count, 28, 28))
            left = count * PIXELS
            while left:
                left -= file.write(mnist[:left])
        yield path
