"""Writes the files that the tests read, with NumPy and Pillow. The digits come from scikit-learn.

    pip install numpy==2.4.6 pillow scikit-learn && python make_golden.py
"""

from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

here = Path(__file__).parent

# The first eight digits of scikit-learn: 8 x 8, floats from 0 to 16, with its own names of arrays.
digits = load_digits()
np.savez_compressed(
    here / "digits.npz",
    data=digits.data[:8],
    images=digits.images[:8],
    target=digits.target[:8],
    target_names=digits.target_names,
)

# The numbers 0 to 23 in each type and order that NumPy writes; images of 3 x 4.
numbers = np.arange(24).reshape(2, 3, 4)
for name in ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"]:
    np.save(here / f"little-{name}.npy", numbers.astype(f"<{name}"))
for name in ["i2", "u8", "f4"]:
    np.save(here / f"big-{name}.npy", numbers.astype(f">{name}"))
np.save(here / "fortran.npy", np.asfortranarray(numbers.astype("<f4")))
np.save(here / "bool.npy", numbers % 2 == 0)
with open(here / "version-2.npy", "wb") as file:
    np.lib.format.write_array(file, numbers.astype("u1"), version=(2, 0))

# What cannot be read as numbers.
np.save(here / "objects.npy", np.array([[1], [2, 3]], dtype=object), allow_pickle=True)
np.save(here / "strings.npy", np.array(["cat", "dog"]))
np.save(here / "complex.npy", numbers.astype("c8"))
np.save(here / "records.npy", np.zeros(2, dtype=[("a", "i4"), ("b", "f4")]))

# The same picture of 12 x 9 in many forms, and as Pillow shrinks it: channels last.
rows, columns = np.mgrid[0:12, 0:9]
rgb = np.stack([rows * 20, columns * 28, (rows * columns * 7) % 256], axis=2).astype("u1")
picture = Image.fromarray(rgb)
picture.save(here / "rgb.png")
picture.save(here / "rgb.bmp")
picture.save(here / "rgb.jpg", quality=95, subsampling=0)
alpha = np.full(rgb.shape[:2], 255, dtype="u1")
alpha[:6] = 0
Image.fromarray(np.dstack([rgb, alpha])).save(here / "transparent.png")
picture.quantize(16).save(here / "palette.png")
picture.convert("L").save(here / "gray.png")
picture.convert("1").save(here / "bits.png")
Image.fromarray(rgb[..., 0].astype("u2") * 257).save(here / "deep.png")
exif = Image.Exif()
exif[0x0112] = 6  # to be turned by 90 degrees
picture.save(here / "turned.jpg", quality=95, subsampling=0, exif=exif)
np.save(here / "rgb.npy", rgb)
np.save(here / "palette.npy", np.asarray(picture.quantize(16).convert("RGB")))
np.save(here / "small.npy", np.asarray(picture.resize((4, 5), Image.Resampling.BILINEAR)))
