"""Writes augmentation.json: rotations and elastic distortions by SciPy, in double precision."""

import json
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

rng = np.random.default_rng(1)


def numbers(array):
    return [float(f"{value:.8g}") for value in np.ravel(array)]


def image(shape):
    return rng.integers(0, 256, shape) / 256


def move(image, rows, columns):
    """Each channel at other coordinates; what is outside the frame is 0."""
    return np.stack(
        [
            map_coordinates(
                channel, [rows, columns], order=1, mode="grid-constant", cval=0.0
            )
            for channel in image
        ]
    )


def rotation(shape, degrees):
    """Counterclockwise: rows are counted downward."""
    original = image(shape)
    rows, columns = np.indices(shape[1:]).astype(float)
    center = (np.array(shape[1:]) - 1) / 2
    down, right = rows - center[0], columns - center[1]
    angle = np.radians(degrees)
    source_rows = center[0] + np.cos(angle) * down + np.sin(angle) * right
    source_columns = center[1] - np.sin(angle) * down + np.cos(angle) * right
    return {
        "shape": shape,
        "degrees": degrees,
        "image": numbers(original),
        "expected": numbers(move(original, source_rows, source_columns)),
    }


def elastic(shape, alpha, sigma):
    original = image(shape)
    fields = [rng.integers(-100, 101, shape[1:]) / 100 for _ in range(2)]
    smooth = [gaussian_filter(field, sigma, mode="constant") for field in fields]
    rows, columns = np.indices(shape[1:]).astype(float)
    expected = move(original, rows + alpha * smooth[0], columns + alpha * smooth[1])
    return {
        "shape": shape,
        "alpha": alpha,
        "sigma": sigma,
        "image": numbers(original),
        "down": numbers(fields[0]),
        "right": numbers(fields[1]),
        "smooth_down": numbers(smooth[0]),
        "smooth_right": numbers(smooth[1]),
        "expected": numbers(expected),
    }


content = {
    "rotation": [
        rotation([1, 9, 9], 10.0),
        rotation([1, 8, 8], -37.5),
        rotation([3, 6, 9], 170.0),
        rotation([1, 1, 5], 3.0),
    ],
    "elastic": [
        elastic([1, 14, 14], 34.0, 4.0),
        elastic([3, 6, 9], 5.0, 0.7),
        elastic([1, 1, 7], 10.0, 2.0),
        elastic([1, 8, 5], 300.0, 1.0),
    ],
}
path = Path(__file__).with_name("augmentation.json")
path.write_text(json.dumps(content) + "\n")
