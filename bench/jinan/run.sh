#!/usr/bin/env bash
# bench/jinan/run.sh DATA_DIR OUT_DIR
#
# Ingests every table of the Jinan data (DATA_DIR/full and DATA_DIR/sample), holds each to
# read = kept + duplicate + quarantined, and imports one of them again, which must add nothing.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: bench/jinan/run.sh DATA_DIR OUT_DIR" >&2; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$2"
data=$(cd "$1" && pwd)
out=$(cd "$2" && pwd)
rm -rf "$out"/jinan.db* "$out"/ingest.jsonl "$out"/quarantine
mkdir -p "$out/quarantine"
(cd "$root" && CGO_ENABLED=0 go build -o "$out/bin/" ./cmd/hengxin ./bench/bdci)
ingest() { "$out/bin/hengxin" --db "$out/jinan.db" ingest --json --mapping "$1" --quarantine "$out/quarantine" "$2" 2>/dev/null; }
for file in "$data"/full/*.csv.gz "$data"/sample/*.csv.gz; do
  name=$(basename "$file" .csv.gz)
  ingest "jinan-${name//_/-}" "$file" >> "$out/ingest.jsonl"
done
"$out/bin/bdci" reconcile "$out/ingest.jsonl"
echo "again:"
ingest jinan-company-baseinfo "$data/sample/company_baseinfo.csv.gz" > "$out/again.jsonl"
"$out/bin/bdci" reconcile "$out/again.jsonl"
