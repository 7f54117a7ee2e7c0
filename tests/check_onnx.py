"""The largest difference between the reconstructions in a run folder, at 0-1 scale, and those of
onnxruntime: `check_onnx.py RUN ID FILE.onnx`. The model must be valid for onnx too."""

import gzip
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime


def read_idx(path):
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    kinds = {8: ">u1", 12: ">i4", 13: ">f4"}
    shape = np.frombuffer(data, ">i4", data[3], offset=4)
    return np.frombuffer(data, kinds[data[2]], offset=4 + 4 * data[3]).reshape(shape)


run, experiment, file = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
onnx.checker.check_model(file, full_check=True)
session = onnxruntime.InferenceSession(file)
shape = session.get_inputs()[0].shape
images = read_idx(run / "inputs" / "samples.idx").astype("f4") / 255
arrays = run / "experiments" / experiment / "arrays"
images = images.reshape(-1, *shape[1:])
code, reconstruction = session.run(["code", "reconstruction"], {"images": images})
differences = [
    np.abs(found.ravel() - read_idx(arrays / f"{name}-corrected.idx").ravel()).max()
    for name, found in [("codes", code), ("samples", reconstruction)]
]
print(*differences)
