"""LightGBM on a dataset of hengxin, out of time, beside our own models.

  python bench/peers/lightgbm_dataset.py DATASET --train-until DAY --test-after DAY --out scores.csv

DATASET is the directory of a dataset with labels. Every column of numbers is read as it is, missing as missing; the only
settings that are not LightGBM's defaults are the objective, the seed, the number of threads and --trees. Writes subject,
as_of and probability of the test rows, and prints one JSON document with AUCs and seconds.
"""
import argparse
import glob
import json
import resource
import time

import lightgbm
import numpy
import pyarrow.parquet as parquet
import pyarrow.types as types
from sklearn.metrics import roc_auc_score

KEYS = {"subject", "as_of", "label", "event", "weight"}


def days(text):
    return numpy.datetime64(text, "D")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("dataset")
    p.add_argument("--train-until", required=True)
    p.add_argument("--test-after", required=True)
    p.add_argument("--trees", type=int, default=100)
    p.add_argument("--threads", type=int, default=1, help="more than one spin, and are slow where others share the cores")
    p.add_argument("--out")
    a = p.parse_args()

    parts = [parquet.read_table(f) for f in sorted(glob.glob(f"{a.dataset}/part-*.parquet"))]
    names = [f.name for f in parts[0].schema if f.name not in KEYS and (types.is_integer(f.type) or types.is_floating(f.type))]
    x = numpy.empty((sum(t.num_rows for t in parts), len(names)), numpy.float32)
    at = 0
    for t in parts:
        for j, n in enumerate(names):
            x[at:at + t.num_rows, j] = t.column(n).to_numpy(zero_copy_only=False)
        at += t.num_rows
    column = lambda n: numpy.concatenate([t.column(n).to_numpy(zero_copy_only=False) for t in parts])
    day, y = column("as_of").astype("datetime64[D]"), column("label").astype(int)
    train, test = day <= days(a.train_until), day > days(a.test_after)

    began = time.time()
    model = lightgbm.LGBMClassifier(n_estimators=a.trees, n_jobs=a.threads, random_state=1, verbosity=-1, importance_type="gain")
    model.fit(x[train], y[train], feature_name=names)
    seconds = time.time() - began
    score = model.booster_.predict(x[test])
    order = numpy.argsort(model.feature_importances_)[::-1]
    gain = model.feature_importances_ / model.feature_importances_.sum()
    print(json.dumps({
        "lightgbm": lightgbm.__version__, "trees": a.trees, "columns": len(names), "train_rows": int(train.sum()), "test_rows": int(test.sum()),
        "auc": round(float(roc_auc_score(y[test], score)), 5),
        "train_auc": round(float(roc_auc_score(y[train], model.booster_.predict(x[train]))), 5),
        "fit_seconds": round(seconds, 1), "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "gain": {names[j]: round(float(gain[j]), 4) for j in order[:25]},
    }, indent=1))
    if a.out:
        subject = column("subject")[test]
        with open(a.out, "w") as f:
            f.write("subject,as_of,probability\n")
            for s, d, q in zip(subject, day[test], score):
                f.write(f"{s},{d},{q:.9g}\n")


if __name__ == "__main__":
    main()
