#!/usr/bin/env bash
# Our Parquet in pyarrow and DuckDB, theirs in ours.
#   PYTHON=/path/to/python bench/interop/check.sh [OUT_DIR]
# PYTHON needs pyarrow and duckdb. Prints what was compared; fails on any difference.
set -euo pipefail
cd "$(dirname "$0")/../.."
PYTHON=${PYTHON:-python3}
OUT=${1:-out/interop}
HENGXIN=${HENGXIN:-bin/hengxin}
[ -x "$HENGXIN" ] || CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/hengxin
rm -rf "$OUT"; mkdir -p "$OUT"
"$HENGXIN" synth generate --subjects 2000 --seed 7 --out "$OUT/province"
"$HENGXIN" records import --db "$OUT/log.db" --quarantine "$OUT/refused.ndjson" "$OUT/province/synth-records.parquet"
"$HENGXIN" records export --db "$OUT/log.db" --to "$OUT/records.parquet"
"$HENGXIN" records export --db "$OUT/log.db" --format lines --to "$OUT/records.tsv"
"$HENGXIN" records export --db "$OUT/log.db" --format ndjson --to "$OUT/records.ndjson"
DAYS=2022-12-31,2023-12-31
"$HENGXIN" dataset build --records "$OUT/records.parquet" --indicators all --as-of $DAYS --out "$OUT/dataset" --json > "$OUT/manifest.json"
"$HENGXIN" worker --neighbours "$OUT/records.parquet" --indicators all --as-of $DAYS < "$OUT/records.tsv" > "$OUT/rows.tsv"
"$HENGXIN" worker --indicators all --as-of $DAYS --header > "$OUT/header.tsv"
"$PYTHON" bench/interop/check.py "$OUT"
for file in "$OUT"/labels-*; do
  "$HENGXIN" dataset build --records "$OUT/records.parquet" --indicators lending --as-of 2022-12-31 --labels "$file" \
    --label-definition made --label-horizon 12m --label-observed-until 2023-12-31 --out "$OUT/with-$(basename "$file")" --json > "$OUT/with-$(basename "$file").json"
done
"$PYTHON" bench/interop/labels.py "$OUT"
