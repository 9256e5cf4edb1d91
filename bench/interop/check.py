"""Reads a dataset and record files by pyarrow and DuckDB and compares them with each other, with the manifest, with the
worker's lines and with the NDJSON export; then writes label files in the forms that these tools write."""
import csv, glob, hashlib, json, math, struct, sys
import duckdb, pyarrow as pa, pyarrow.parquet as pq

out = sys.argv[1]
print("pyarrow", pa.__version__, "duckdb", duckdb.__version__)
manifest = json.load(open(f"{out}/manifest.json"))
parts = [f"{out}/dataset/{p['name']}" for p in manifest["parts"]]
assert sorted(parts) == sorted(glob.glob(f"{out}/dataset/*.parquet"))
for path, part in zip(parts, manifest["parts"]):
    b = open(path, "rb").read()
    assert hashlib.sha256(b).hexdigest() == part["sha256"] and len(b) == part["bytes"]
    meta = pq.read_metadata(path).metadata
    for key, want in {"hengxin.set": manifest["set"], "hengxin.policy": manifest["policy"], "hengxin.plan": manifest["plan"]}.items():
        assert meta[key.encode()].decode() == want, key

table = pa.concat_tables(pq.read_table(p, page_checksum_verification=True) for p in parts)
assert table.num_rows == manifest["rows"] and table.column_names == [c["name"] for c in manifest["columns"]]
con = duckdb.connect()
duck = con.sql(f"SELECT * FROM read_parquet({parts!r})").to_arrow_table()
bits = lambda x: None if x is None else struct.pack("<d", x)
cells = 0
for name in table.column_names:
    a, b = table[name].to_pylist(), duck[name].to_pylist()
    if a and isinstance(next((x for x in a if x is not None), None), float):
        a, b = list(map(bits, a)), list(map(bits, b))
    assert a == b, name
    cells += len(a)
print(f"dataset: {table.num_rows} rows x {table.num_columns} columns, {cells} cells equal in pyarrow and DuckDB, bit for bit")

where = {c: con.execute(f'SELECT count(*) FROM read_parquet({parts!r}) WHERE "{c}" > 0').fetchone()[0] for c in manifest["indicators"][:20]}
for c, n in where.items():
    assert n == sum(1 for x in table[c].to_pylist() if x is not None and x > 0), c
print("filters pushed down to the statistics find the same rows")

header = open(f"{out}/header.tsv").read().rstrip("\n").split("\t")
rows = list(csv.reader(open(f"{out}/rows.tsv"), delimiter="\t", quoting=csv.QUOTE_NONE))
assert header == table.column_names and len(rows) == table.num_rows
for i, name in enumerate(header):
    want = table[name].to_pylist()
    for got, w in zip((r[i] for r in rows), want):
        if name in ("subject", "as_of", "missing"):
            assert got == str(w)
        else:
            assert (got == "\\N") == (w is None) and (w is None or bits(float(got)) == bits(w)), (name, got, w)
print(f"worker: {len(rows)} lines equal the dataset, bit for bit")
for row in table.select([*manifest["indicators"], "missing"]).to_pylist():
    assert all((v is None) == (letter != ".") for v, letter in zip(row.values(), row["missing"]))

records = pq.read_table(f"{out}/records.parquet", page_checksum_verification=True).to_pylist()
duck = duckdb.connect().sql(f"SELECT * FROM read_parquet('{out}/records.parquet')").to_arrow_table().to_pylist()
lines = [json.loads(l) for l in open(f"{out}/records.ndjson")]
assert records == duck and len(records) == len(lines)
for r, l in zip(records, lines):
    assert (r["id"].hex(), r["subject"], r["kind"], str(r["event"]), str(r["known"]), r["source"]) == (l["id"], l["subject"], l["kind"], l["event"], l["known"], l["source"])
    assert r["amount_fen"] == l.get("amount_fen") and (r["target"].hex() if r["target"] else None) == l.get("target") and r["severity"] == l.get("severity", 0)
print(f"records: {len(records)} equal in pyarrow, DuckDB and NDJSON")

subjects = sorted({r["subject"] for r in records})[::3]
labels = pa.table({"subject": subjects, "outcome": pa.array([int(i % 7 == 0) for i in range(len(subjects))], pa.int64())})
pq.write_table(labels, f"{out}/labels-snappy.parquet", compression="snappy")
pq.write_table(labels, f"{out}/labels-v2-brotli.parquet", compression="brotli", data_page_version="2.0", use_dictionary=False)
pq.write_table(labels, f"{out}/labels-small-pages.parquet", compression="gzip", data_page_size=64, row_group_size=100)
pq.write_table(labels.cast(pa.schema([("subject", pa.dictionary(pa.int32(), pa.string())), ("outcome", pa.bool_())])), f"{out}/labels-bool.parquet")
con = duckdb.connect()
con.register("labels", labels)
con.execute(f"COPY labels TO '{out}/labels-duckdb.parquet' (FORMAT parquet, COMPRESSION zstd)")
con.execute(f"COPY labels TO '{out}/labels-duckdb.csv' (HEADER)")
