"""Writes sklearn.json: figures of scikit-learn, scipy and numpy on samples that are stored with them.

    python3 sklearn.py > sklearn.json

The versions used are the first entry of the file.
"""
import json
import sys
import warnings

sys.path.pop(0)  # this file has the name of the package that it reads

import numpy as np
import scipy
import sklearn
from scipy.stats import chi2, norm
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (average_precision_score, brier_score_loss, log_loss, precision_recall_curve,
                             roc_auc_score, roc_curve)

warnings.simplefilter("ignore")


def pairs(y, s):
    """Placement values of bad and of good rows, by their definition."""
    bad, good = s[y == 1], s[y == 0]
    wins = (bad[:, None] > good[None, :]) + 0.5 * (bad[:, None] == good[None, :])
    return wins.mean(axis=1), wins.mean(axis=0)


def case(name, seed, rows, grid, weighted):
    g = np.random.default_rng(seed)
    p = np.clip(g.beta(1.2, 4, rows), 0.001, 0.999)
    if grid:
        p = np.round(p * grid) / grid * 0.98 + 0.01
    q = np.clip(np.round(p ** 1.3 + 0.02 * g.standard_normal(rows), 6), 0.001, 0.999)
    p = np.round(p, 6)
    y = (g.random(rows) < p).astype(int)
    y[0], y[1] = 0, 1
    w = np.round(g.uniform(0.5, 3, rows), 3) if weighted else np.ones(rows)
    fpr, tpr, _ = roc_curve(y, p)
    z = np.log(p / (1 - p)).reshape(-1, 1)
    line = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10000, solver="newton-cholesky").fit(z, y, sample_weight=w)
    precision, recall, _ = precision_recall_curve(y, p)
    a10, a01 = pairs(y, p)
    b10, b01 = pairs(y, q)
    variance = np.var(a10 - b10, ddof=1) / len(a10) + np.var(a01 - b01, ddof=1) / len(a01)
    difference = roc_auc_score(y, p) - roc_auc_score(y, q)
    return {
        "name": name, "target": y.tolist(), "probability": p.tolist(), "other": q.tolist(), "weights": w.tolist(),
        "auc": roc_auc_score(y, p), "ks": float(np.max(tpr - fpr)), "average_precision": average_precision_score(y, p),
        "brier": brier_score_loss(y, p, sample_weight=w), "log_loss": log_loss(y, p, sample_weight=w),
        "intercept": float(line.intercept_[0]), "slope": float(line.coef_[0, 0]),
        "precision_at_full_recall": float(precision[0]), "recall_points": int(len(recall)),
        "difference": float(difference), "error": float(np.sqrt(variance)),
        "p": float(2 * norm.sf(abs(difference) / np.sqrt(variance))),
    }


print(json.dumps({
    "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
    "cases": [case("no ties", 1, 300, 0, False), case("ties", 2, 300, 15, False), case("weights", 3, 250, 0, True),
              case("few", 4, 24, 8, False)],
    "chi_square": [{"x": x, "k": k, "tail": float(chi2.sf(x, k))} for k in (1, 2, 3, 5, 8, 9, 10, 40, 101)
                   for x in (1e-6, 0.1, 1.0, 3.9, 4.1, 12.5, 60.0, 300.0)],
}))
