#!/bin/sh
# run.sh DATA_DIR OUT.parquet: builds the benchmark's program and runs it.
set -e
cd "$(dirname "$0")/../.."
mkdir -p bin
CGO_ENABLED=0 go build -o bin/pit ./bench/pit
exec bin/pit "$1" "$2"
