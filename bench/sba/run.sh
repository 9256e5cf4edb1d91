#!/bin/sh
# bench/sba/run.sh DATA_DIR OUT_DIR [--score FILE]
# Prepares the SBA loans in DATA_DIR, trains a card on approvals to 2003-12-31, scores 2004 to 2006, prints the AUC, and
# writes OUT_DIR/predictions.csv (row,probability; row is the 0-based data row of the scored file). With --score FILE the
# predictions are those of another raw file of the same columns; its outcome may be blank or absent.
set -eu
usage() { echo "usage: $0 DATA_DIR OUT_DIR [--score FILE]" >&2; exit 2; }
data="" out="" score=""
while [ $# -gt 0 ]; do
  case "$1" in
    --score) [ $# -ge 2 ] || usage; score=$2; shift 2 ;;
    --score=*) score=${1#--score=}; shift ;;
    -*) usage ;;
    *) if [ -z "$data" ]; then data=$1; elif [ -z "$out" ]; then out=$1; else usage; fi; shift ;;
  esac
done
[ -n "$data" ] && [ -n "$out" ] || usage
raw=$data/sba_loans_to_2006.csv.gz
[ -f "$raw" ] || raw=$data/sba/sba_loans_to_2006.csv.gz
[ -f "$raw" ] || { echo "$0: no sba_loans_to_2006.csv.gz in $data" >&2; exit 1; }
mkdir -p "$out"
abs() { case "$1" in /*) echo "$1" ;; *) echo "$PWD/$1" ;; esac; }
raw=$(abs "$raw"); out=$(abs "$out"); [ -z "$score" ] || score=$(abs "$score")
cd "$(dirname "$0")/../.."
export CGO_ENABLED=0
go build -trimpath -o "$out/bin/" ./cmd/hengxin ./bench/sba

"$out/bin/sba" --raw "$raw" --train "$out/prepared.csv" --score "$score" --out "$out/to_score.csv"
"$out/bin/hengxin" fit "$out/prepared.csv" --target bad --weight weight --key row --date approved \
  --train-until 2003-12-31 --test-until 2006-12-31 --category NewExist,UrbanRural --name "charged off" --out "$out/card" 2> "$out/fit.log" || { cat "$out/fit.log" >&2; exit 1; }

"$out/bin/hengxin" predict "$out/card/artifact.json" "$out/to_score.csv" --key row --columns key,probability --out "$out/keyed.csv"
{ echo row,probability; tail -n +2 "$out/keyed.csv"; } > "$out/predictions.csv"
rm "$out/keyed.csv"
echo "predictions: $out/predictions.csv"
