#!/bin/sh
# Trains the shipped small model on two CPU cores, then exports and measures it.
# Started again after a stop it goes on where it was. THINKTRAIL_TRAINING holds the working files.
set -eu
cd "$(dirname "$0")/../.."
out="${THINKTRAIL_TRAINING:-var/training}/seedling"
python="${THINKTRAIL_PYTHON:-.venv/bin/python}"
mkdir -p "$out"
export OMP_NUM_THREADS="${THINKTRAIL_THREADS:-1}"
"$python" -u -m training.sft --out "$out" --tokens "${THINKTRAIL_TOKENS:-36000000}" \
  --threads "${THINKTRAIL_THREADS:-1}" --seed 1
