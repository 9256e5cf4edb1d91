#!/usr/bin/env bash
# bench/jinan/run.sh DATA_DIR OUT_DIR
#
# Ingests every table of the Jinan data (DATA_DIR/full and DATA_DIR/sample) with the department's dictionary, holds each to
# read = kept + duplicate + quarantined, names what the dictionary or the mapping does not know, reads the quarantined rows
# once more, and imports one table again, which must add nothing.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: bench/jinan/run.sh DATA_DIR OUT_DIR" >&2; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$2"
data=$(cd "$1" && pwd)
out=$(cd "$2" && pwd)
rm -rf "$out"/jinan.db* "$out"/*.jsonl "$out"/quarantine
mkdir -p "$out/quarantine"
(cd "$root" && CGO_ENABLED=0 go build -o "$out/bin/" ./cmd/hengxin ./bench/bdci)
ingest() { "$out/bin/hengxin" --db "$out/jinan.db" ingest --json --mapping "$1" --dictionary "$data/dictionary.xlsx" --quarantine "$out/quarantine" "$2" 2>/dev/null; }
for file in "$data"/full/*.csv.gz "$data"/sample/*.csv.gz; do
  name=$(basename "$file" .csv.gz)
  ingest "jinan-${name//_/-}" "$file" >> "$out/ingest.jsonl"
done
"$out/bin/bdci" reconcile "$out/ingest.jsonl"
"$out/bin/bdci" columns "$out/ingest.jsonl"
echo "the quarantined rows once more, under the same mappings:"
for bad in "$out"/quarantine/*.quarantine.jsonl; do
  "$out/bin/hengxin" --db "$out/jinan.db" ingest --json --retry "$bad" --quarantine "$out/quarantine" 2>/dev/null >> "$out/retry.jsonl"
done
"$out/bin/bdci" reconcile "$out/retry.jsonl"
echo "again:"
ingest jinan-company-baseinfo "$data/sample/company_baseinfo.csv.gz" > "$out/again.jsonl"
"$out/bin/bdci" reconcile "$out/again.jsonl"
