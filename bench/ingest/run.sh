#!/bin/sh
# Measures the record log on both databases and writes RESULTS.md beside this file. About four minutes on two idle cores.
set -eu
cd "$(dirname "$0")/../.."
go build -o bench/ingest/ingest.bin ./bench/ingest
trap 'rm -f bench/ingest/ingest.bin' EXIT
table=$(./bench/ingest/ingest.bin "$@")
{
	cat bench/ingest/ABOUT.md
	echo
	echo "Measured $(date +%Y-%m-%d), $(nproc) cores, $(go version | cut -d' ' -f3), $(postgres --version 2>/dev/null || echo 'PostgreSQL fetched'),"
	echo "load of the machine before: $(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || uptime)."
	echo
	echo "$table"
} >bench/ingest/RESULTS.md
cat bench/ingest/RESULTS.md
