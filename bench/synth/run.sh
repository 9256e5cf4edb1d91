#!/usr/bin/env bash
# bench/synth/run.sh [SUBJECTS] [OUT_DIR]   the model check on a generated province (1,000,000 subjects, out/bench/synth)
#
# Generates the province, builds the lending indicators of its borrowers on the day of every observation, fits a card with
# the defaults of hengxin fit (trained to 2022-12-31, tested on 2024 after a year's gap: the horizon of the label), and
# judges it by the truth that the province was made with. LightGBM beside it with PEERS=1 (bench/peers/install.sh first).
# Writes RESULTS.md for a million subjects or more. HENGXIN names another program than the one built here.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
subjects=${1:-1000000}
out=${2:-out/bench/synth}
mkdir -p "$out"
out=$(cd "$out" && pwd)
CGO_ENABLED=0 go build -o "$out/bin/" ./cmd/hengxin ./bench/synth
hx=${HENGXIN:-$out/bin/hengxin}
split=time:2022-12-31/12m
step() { /usr/bin/env time -f "$1: %e s, %U+%S CPU s, %M KB at most" "${@:2}" 2>>"$out/times.txt" >>"$out/log.txt"; }
rm -rf "$out"/{province,dataset,card,times.txt,log.txt,lightgbm.csv,lightgbm.json}
step synth "$hx" synth --subjects "$subjects" --seed 1 --out "$out/province"
step "dataset build" "$hx" dataset build --records "$out/province/synth-records.parquet" --coverage "$out/province/synth-coverage.csv" \
  --labels "$out/province/synth-labels.csv" --indicators lending --out "$out/dataset"
step fit "$hx" fit "$out/dataset" --test "$split" --bootstrap 0 --out "$out/card"
peer=()
if [ -n "${PEERS:-}" ]; then
  python=$(bench/peers/install.sh)
  "$python" bench/peers/lightgbm_dataset.py "$out/dataset" --train-until 2022-12-31 --test-after 2023-12-31 --out "$out/lightgbm.csv" >"$out/lightgbm.json"
  peer=(-peer "$out/lightgbm.csv")
fi
status=0
"$out/bin/synth" -province "$out/province" -dataset "$out/dataset" -card "$out/card" -split "$split" "${peer[@]}" >"$out/check.md" || status=$?
{
  echo "# The model check on a generated province"
  echo
  echo "\`PEERS=1 bench/synth/run.sh $subjects\`: $(grep -o 'GENERATED.*' "$out/log.txt" | sed 's/ in [^:]*:/:/'). Trained on observations to"
  echo "2022-12-31, tested on those of 2024. $(date +%Y-%m-%d), $(nproc) cores. What is found here was put there: it says that the line"
  echo "finds it, not how well it predicts."
  echo
  cat "$out/check.md"
  echo
  grep -E ' CPU s, ' "$out/times.txt" | sed 's/^/- /'
  [ -z "${PEERS:-}" ] || "$python" -c 'import json,sys; r=json.load(open(sys.argv[1])); print("- LightGBM %s, defaults, %d columns: test AUC %.4f, train %.4f, %.1f s, %d MB at most" % (r["lightgbm"], r["columns"], r["auc"], r["train_auc"], r["fit_seconds"], r["peak_mb"]))' "$out/lightgbm.json"
} >"$out/RESULTS.md"
[ "$subjects" -lt 1000000 ] || cp "$out/RESULTS.md" "$here/RESULTS.md"
cat "$out/RESULTS.md"
exit $status
