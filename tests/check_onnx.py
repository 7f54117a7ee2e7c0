"""onnxruntime must give the codes and reconstructions in a run folder to 1e-5, of the largest number
where that is above 1: `check_onnx.py RUN ID FILE.onnx`. The model must be valid for onnx too."""

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime


def read_idx(path):
    data = path.read_bytes()
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
for name, found in [("codes", code), ("samples", reconstruction)]:
    expected = read_idx(arrays / f"{name}-corrected.idx").ravel()
    difference = np.abs(found.ravel() - expected).max() / max(1, np.abs(expected).max())
    assert difference <= 1e-5, f"expected {name} to 1e-5, found a difference of {difference}"
    print(name, difference)
