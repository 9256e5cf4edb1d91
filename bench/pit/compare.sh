#!/bin/sh
# compare.sh PEERS_DIR DATA_DIR [ROUNDS]: alternates DuckDB and our fold over the same Parquet, checks that the outputs are
# equal, and prints a table of medians. PEERS_DIR is the benchmark's folder (gen.py, check.py, measure.py, run_duckdb.py,
# duckdb_*.sql). PYTHON names an interpreter that has duckdb, pyarrow and numpy; SQL names DuckDB's query, the fastest of
# its three forms unless told.
set -e
peers=$1 data=$2 rounds=${3:-5}
python=${PYTHON:-python3} sql=${SQL:-duckdb_families.sql}
cd "$(dirname "$0")/../.."
mkdir -p bin out/pit
CGO_ENABLED=0 go build -o bin/pit ./bench/pit
log=out/pit/runs.jsonl
: >"$log"
i=0
while [ $i -lt "$rounds" ]; do
  "$python" "$peers/measure.py" duckdb "$data" "$log" -- "$python" "$peers/run_duckdb.py" "$peers/$sql" "$data" out/pit/duckdb.parquet >&2
  "$python" "$peers/measure.py" hengxin "$data" "$log" -- bin/pit "$data" out/pit/hengxin.parquet >&2
  i=$((i + 1))
done
"$python" "$peers/check.py" out/pit/duckdb.parquet out/pit/hengxin.parquet >&2
"$python" - "$log" <<'PY'
import json, statistics, sys
runs = {}
for line in open(sys.argv[1]):
    r = json.loads(line)
    assert r["rc"] == 0, r
    runs.setdefault(r["name"], []).append(r)
print("| engine | runs | wall s, median (least to most) | CPU s, median | resident MiB, median | firm-dates/s |")
print("|---|---|---|---|---|---|")
med = {}
for name, rs in runs.items():
    m = {k: statistics.median(r[k] for r in rs) for k in ("wall_s", "cpu_s", "peak_rss_mib", "firm_dates_per_s")}
    med[name] = m
    walls = sorted(r["wall_s"] for r in rs)
    print(f"| {name} | {len(rs)} | {m['wall_s']} ({walls[0]} to {walls[-1]}) | {m['cpu_s']} | {m['peak_rss_mib']:.0f} | {m['firm_dates_per_s']:.0f} |")
d, h = med["duckdb"], med["hengxin"]
print(f"\n{d['wall_s'] / h['wall_s']:.2f} times the speed, {d['cpu_s'] / h['cpu_s']:.2f} times less CPU, {h['peak_rss_mib'] / d['peak_rss_mib']:.2f} of the memory; load at the end {rs[-1]['load_1m']}")
PY
