#!/usr/bin/env bash
# bench/bdci/run.sh DATA_DIR OUT_DIR
#
# The line on real records: ingests the five BDCI tables, builds the indicators as of 2015-08-31, fits a card on 70 % of
# the labelled firms (hash:SALT of the EID) for five salts and prints the AUC on the other 30 %, over all firms and among
# those with any record. Then fits on every labelled firm and writes OUT_DIR/predictions.csv for those without a label.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: bench/bdci/run.sh DATA_DIR OUT_DIR" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
mkdir -p "$2"
data=$(cd "$1" && pwd)
out=$(cd "$2" && pwd)
rm -rf "$out"/{bdci.db,bdci.db-wal,bdci.db-shm,quarantine,labelled,unlabelled,scores.csv,predictions.csv,ingest.jsonl} "$out"/card*
(cd "$root" && CGO_ENABLED=0 go build -o "$out/bin/" ./cmd/hengxin ./bench/bdci)
hx() { "$out/bin/hengxin" --db "$out/bdci.db" "$@"; }

echo "== ingest: read = kept + duplicate + quarantined"
for table in invest:4invest project:6project lawsuit:7lawsuit breakfaith:8breakfaith qualification:10qualification; do
  hx ingest --json --mapping "bdci-${table%%:*}" --quarantine "$out/quarantine" "$data/${table#*:}.csv.gz" 2>/dev/null >> "$out/ingest.jsonl"
done
"$out/bin/bdci" reconcile "$out/ingest.jsonl"

echo "== dataset as of 2015-08-31"
hx dataset build --as-of 2015-08-31 --labels "$data/labels.csv.gz" --label-subject EID --label-namespace bdci --label-outcome TARGET \
  --label-horizon 24m --label-observed-until 2017-08-31 --label-definition "closed within two years of the last record" \
  --out "$out/labelled" 2>/dev/null
hx dataset build --as-of 2015-08-31 --subjects "$data/firms_without_label.csv.gz" --subjects-column EID --subject-namespace bdci \
  --out "$out/unlabelled" 2>/dev/null

echo "== AUC on the 30 % that the card has not seen"
for salt in "" a b c d; do
  hx fit "$out/labelled" --test "hash:$salt" --direction none --rules "$here/rules.json" --bootstrap 0 --out "$out/card-$salt" >/dev/null 2>"$out/notes"
done
"$out/bin/bdci" auc "$out/labelled" "$out"/card-/predictions.csv "$out"/card-{a,b,c,d}/predictions.csv

echo "== predictions for firms without a label, by a card of all labelled firms"
hx fit "$out/labelled" --direction none --rules "$here/rules.json" --bootstrap 0 --out "$out/card" >/dev/null 2>"$out/notes"
hx predict "$out/card/artifact.json" "$out/unlabelled" --columns key,probability --out "$out/scores.csv" 2>/dev/null
"$out/bin/bdci" predictions "$out/scores.csv" > "$out/predictions.csv"
echo "$(($(wc -l < "$out/predictions.csv") - 1)) rows in $out/predictions.csv"
