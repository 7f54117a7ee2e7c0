"""Writes pca.json: a PCA of a small byte matrix by scikit-learn, for tests/it/golden.rs.

Run with numpy and scikit-learn installed: python make_golden.py
"""

import json
from pathlib import Path

import numpy as np
from sklearn.decomposition import PCA

IMAGES, PIXELS, COMPONENTS = 12, 6, 3

images = np.random.default_rng(0).integers(0, 256, (IMAGES, PIXELS))
images[images < 60] = 0
x = images.astype(np.float64)

pca = PCA(n_components=COMPONENTS, svd_solver="full").fit(x)
largest = np.abs(pca.components_).argmax(axis=1, keepdims=True)
v = pca.components_ * np.sign(np.take_along_axis(pca.components_, largest, axis=1))
centered = x - pca.mean_

golden = {
    "images": images,
    "mean": pca.mean_,
    "components": v,
    "explained_variance": pca.explained_variance_,
    "explained_variance_ratio": pca.explained_variance_ratio_,
    "centered_code": centered @ v.T,
    "centered_reconstruction": centered @ v.T @ v + pca.mean_,
    "uncentered_code": x @ v.T,
    "uncentered_reconstruction": x @ v.T @ v,
}
lines = [f'  "{name}": {json.dumps(array.tolist())}' for name, array in golden.items()]
text = "{\n" + ",\n".join(lines) + "\n}\n"
(Path(__file__).parent / "pca.json").write_text(text)
