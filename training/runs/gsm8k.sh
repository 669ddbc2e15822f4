#!/bin/sh
# The pipeline once on human data: GSM8K-train (MIT) through curation against its test set and the
# olympiad sets, a short fine-tune of the seedling before reinforcement, and what it did.
# THINKTRAIL_DATA holds gsm8k-train.jsonl, gsm8k-test.jsonl, olympiadbench-half.jsonl, amc23.jsonl.
set -eu
cd "$(dirname "$0")/../.."
data="${THINKTRAIL_DATA:-../shared/data}"
work="${THINKTRAIL_TRAINING:-var/training}/gsm8k"
start="${THINKTRAIL_START:-checkpoints/seedling/supervised}"
python="${THINKTRAIL_PYTHON:-.venv/bin/python}"
export OMP_NUM_THREADS=1
mkdir -p "$work"
[ -f "$work/rows.jsonl" ] || "$python" -m training.curate "$data/gsm8k-train.jsonl" --licence MIT \
  --against "$data/gsm8k-test.jsonl" "$data/olympiadbench-half.jsonl" "$data/amc23.jsonl" \
  --out "$work/rows.jsonl"
"$python" -u -m training.sft --start "$start" --rows "$work/rows.jsonl" --rows-share 0.5 \
  --curriculum 0 --tokens 2000000 --rate 5e-4 --seed 5 --out "$work/run"
"$python" -m training.export "$work/run" "$work/tuned"
for model in "$start" "$work/tuned"; do
  name=$(basename "$model")
  "$python" -m training.contests "$model" --protocol served --set "gsm8k=$data/gsm8k-test.jsonl" \
    --limit 300 --slots 32 --device cpu --out "$work/$name-asked"
  "$python" -m training.evaluate "$model" --count 24 --families evaluate linear system quadratic gcd \
    divisors factorial bases power_mod crt series recurrence choose inclusion probability area \
    distance --report "$work/$name-families.json"
done
