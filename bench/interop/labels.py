"""Datasets built with the same labels from files of different writers have the same rows and outcomes."""
import glob, json, sys
import pyarrow as pa, pyarrow.parquet as pq

out, first = sys.argv[1], None
for path in sorted(glob.glob(f"{out}/with-labels-*.json")):
    m = json.load(open(path))
    rows = pa.concat_tables(pq.read_table(f"{path[:-5]}/{p['name']}", columns=["subject", "label"]) for p in m["parts"]).to_pylist()
    first = first or rows
    assert rows == first and m["rows"] == len(rows) > 0, path
    print(f"{path.split('with-')[1][:-5]}: {len(rows)} labelled rows, {m['bad']} bad")
