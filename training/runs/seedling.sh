#!/bin/sh
# Makes checkpoints/seedling: trains (about 37 M tokens, 90 minutes on one CPU core), exports,
# measures and writes the card. Started again after a stop it goes on where it was.
# THINKTRAIL_TRAINING holds the working files.
set -eu
cd "$(dirname "$0")/../.."
run="${THINKTRAIL_TRAINING:-var/training}/seedling"
target="${THINKTRAIL_CHECKPOINT:-checkpoints/seedling}"
python="${THINKTRAIL_PYTHON:-.venv/bin/python}"
threads="${THINKTRAIL_THREADS:-1}"
export OMP_NUM_THREADS="$threads"
mkdir -p "$run"
"$python" -u -m training.sft --out "$run" --tokens "${THINKTRAIL_TOKENS:-37000000}" \
  --threads "$threads" --seed 1
"$python" -m training.export "$run" "$target"
"$python" -m benchmarks.seedling --model "$target" --report "$run/report.json"
"$python" -m training.card "$run" "$target" "$run/report.json"
"$python" -m problems.families.bank
