#!/usr/bin/env bash
# bench/build/run.sh [flags of bench/build]   the whole catalogue from record file, SQLite and PostgreSQL; writes RESULTS.md
set -euo pipefail
cd "$(dirname "$0")/../.."
CGO_ENABLED=0 go build -o bin/ ./cmd/hengxin
notes=$(sed -n '/^## /,$p' bench/build/RESULTS.md) # what the figures say, written by hand, stays
table=$(CGO_ENABLED=0 go run ./bench/build "$@")
{
	echo "# The dataset build, whole catalogue"
	echo
	echo "\`bench/build/run.sh\`: a generated province (dense profile from 2020 on, 30 records a firm), five as-of days, every indicator, no labels. PostgreSQL with"
	echo "\`fsync\` on. Measured $(date +%Y-%m-%d), $(nproc) cores, load before: $(cut -d' ' -f1-3 /proc/loadavg). Bars: 200,000 firm-dates/s from the record file,"
	echo "100,000 from either database, each step under 1,500 MB."
	echo
	echo "$table"
	echo
	echo "$notes"
} > bench/build/RESULTS.md
cat bench/build/RESULTS.md
