#!/bin/sh
# Makes checkpoints/seedling in three stages on CPU cores; started again it goes on where it was.
# THINKTRAIL_TRAINING holds the working files. The figures of the shipped model were made with the
# families as they were at the commit named beside each stage.
set -eu
cd "$(dirname "$0")/../.."
work="${THINKTRAIL_TRAINING:-var/training}"
target="${THINKTRAIL_CHECKPOINT:-checkpoints/seedling}"
python="${THINKTRAIL_PYTHON:-.venv/bin/python}"
export OMP_NUM_THREADS=1
mkdir -p "$work"

# 1. Single families from nothing: 36.9 M tokens. Its weights are kept in the project's history;
#    without it they are trained again, to a model of this kind and not to the same bytes.
first="$work/first"
kept=a91ac72
if [ ! -f "$first/model.safetensors" ]; then
  mkdir -p "$first"
  if git cat-file -e "$kept:checkpoints/seedling/model.safetensors" 2>/dev/null; then
    for file in config.json generation_config.json model.safetensors tokenizer.json \
      tokenizer_config.json thinktrail.json; do
      git show "$kept:checkpoints/seedling/$file" >"$first/$file"
    done
  else
    "$python" -u -m training.sft --out "$work/stage1" --tokens 37000000 --seed 1
    "$python" -m training.export "$work/stage1" "$first"
  fi
fi

# 2. Everything, with a grown vocabulary (commit 19923d5): 15 M tokens. The first 212 steps ran
#    under a plan of 20 M.
second="$work/stage2"
[ -f "$work/grown/model.safetensors" ] || "$python" -m training.grow "$first" "$work/grown"
plan="--start $work/grown --out $second --rate 2e-3 --warmup 0.02 --decay 0.9 --curriculum 0 --seed 2 --snapshots 2500000"
[ -f "$second/state.pt" ] || "$python" -u -m training.sft $plan --tokens 20000000 --stop-step 212
"$python" -u -m training.sft $plan --tokens 15000000
"$python" -m training.export "$second" "$work/supervised"

# 3. Reinforcement from the second stage, and what it gained on problems it never drew.
[ -f "$work/edge.json" ] || "$python" -u -m training.edge before "$work/supervised" "$work/edge.json"
"$python" -u -m training.rl "$work/supervised" --out "$work/reinforced" \
  --steps 60 --lam 2 --rate 1e-4 --max-tokens 640
"$python" -u -m training.edge after "$work/reinforced" "$work/edge.json"

# 4. The checkpoint: weights before and after, records, figures and the card.
mkdir -p "$target/supervised"
cp "$work"/supervised/* "$target/supervised/"
cp "$work"/reinforced/* "$target/"
cp "$work/edge.json" "$target/reinforcement.json"
cp "$second/curve.json" "$second/curve.svg" "$target/"
"$python" -m benchmarks.seedling --model "$target" --report "$target/report.json"
"$python" -m training.card "$second" "$target" "$target/report.json"
"$python" -m problems.families.bank
