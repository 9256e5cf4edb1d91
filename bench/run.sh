#!/usr/bin/env bash
# bench/run.sh [all]   every benchmark that needs no data of others, one after the other; about ten minutes on two idle cores
#
# With DATA set to a directory that has bdci/, jinan/ and sba/, the benchmarks on real records run too; with PEERS set to the
# folder of the point-in-time benchmark (gen.py, check.py, its queries) and PYTHON to an interpreter that has duckdb, pyarrow
# and numpy, the comparison with DuckDB does. What is left out is said.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${OUT:-out/bench}
mkdir -p "$out"
step() { echo; echo "== $*"; "$@"; }

step bench/ingest/run.sh
step bench/build/run.sh
if [ -n "${DATA:-}" ]; then
  step bench/bdci/run.sh "$DATA/bdci" "$out/bdci"
  step bench/jinan/run.sh "$DATA/jinan" "$out/jinan"
  step bench/sba/run.sh "$DATA/sba" "$out/sba"
else
  echo "left out: bdci, jinan, sba (set DATA to the directory that has their tables)"
fi
if [ -n "${PEERS:-}" ]; then
  python=${PYTHON:-python3}
  [ -d "$out/pit-data" ] || step "$python" "$PEERS/gen.py" --firms 200000 --out "$out/pit-data"
  step bench/pit/compare.sh "$PEERS" "$out/pit-data"
else
  echo "left out: pit beside DuckDB (set PEERS to the folder of its spec)"
fi
