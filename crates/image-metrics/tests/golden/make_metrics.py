"""Writes metrics.json: PSNR and SSIM of pairs of images by scikit-image.

Pixels are integers in units of 1/255 and may be outside 0 to 255, as those of a reconstruction
may. It needs what ae-models/tests/golden/requirements.txt lists.
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[2] / "ae-models" / "tests" / "golden"))

from idx import test_images  # noqa: E402

images = test_images()[:6].astype(np.float64)
noise = 0.3 * 255 * np.random.default_rng(0).standard_normal((28, 28))
pairs = {
    "noisy": (images[0], images[0] + noise),
    "blurred": (images[1], gaussian_filter(images[1], sigma=1)),
    "shifted": (images[2], np.roll(images[2], 2, axis=1)),
    "overexposed": (images[3], 1.5 * images[3]),
    "black": (images[4], np.zeros((28, 28))),
    "another digit": (images[5], images[0]),
}

golden = []
for name, pair in pairs.items():
    image, reconstruction = (np.rint(pixels).astype(int) for pixels in pair)
    x, y = image / 255, reconstruction / 255
    golden.append(
        {
            "name": name,
            "psnr": peak_signal_noise_ratio(x, y, data_range=1),
            "ssim": structural_similarity(
                x,
                y,
                gaussian_weights=True,
                sigma=1.5,
                use_sample_covariance=False,
                data_range=1,
            ),
            "image": image.ravel().tolist(),
            "reconstruction": reconstruction.ravel().tolist(),
        }
    )
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in golden)
(HERE / "metrics.json").write_text(f"[\n{lines}\n]\n")
