"""Writes roc_auc.json: areas under ROC curves by scikit-learn, with and without ties.

It needs what ae-models/tests/golden/requirements.txt lists.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

HERE = Path(__file__).resolve().parent

rng = np.random.default_rng(0)
cases = {
    "apart": (rng.uniform(0, 1, 20), rng.uniform(2, 3, 30)),
    "the wrong way round": (rng.uniform(2, 3, 30), rng.uniform(0, 1, 20)),
    "overlapping": (rng.normal(0, 1, 200), rng.normal(1, 2, 150)),
    "the same distribution": (rng.normal(0, 1, 100), rng.normal(0, 1, 100)),
    "many ties": (rng.integers(0, 5, 100), rng.integers(1, 7, 80)),
    "ties within one side": (np.repeat([1, 3, 5], 10), np.arange(2, 7, 0.25)),
    "all equal": (np.full(7, 0.5), np.full(4, 0.5)),
    "one of each": (np.array([1]), np.array([2])),
    "signed zeros and a large score": (np.array([0.0, -1, 1]), np.array([-0.0, 1, 1e300])),
}

golden = []
for name, (negatives, positives) in cases.items():
    scores = np.concatenate([negatives, positives])
    truth = np.concatenate([np.zeros(len(negatives)), np.ones(len(positives))])
    golden.append(
        {
            "name": name,
            "auc": roc_auc_score(truth, scores),
            "negatives": negatives.astype(float).tolist(),
            "positives": positives.astype(float).tolist(),
        }
    )
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in golden)
(HERE / "roc_auc.json").write_text(f"[\n{lines}\n]\n")
