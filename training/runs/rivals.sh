#!/bin/sh
# MGPO against plain GRPO on three seeds, and MGPO without the price of contradicted lines on one:
# nano models, all from the full recipe of `training.ablate`. Finished runs are kept.
set -eu
cd "$(dirname "$0")/../.."
work="${THINKTRAIL_TRAINING:-var/training}"
python="${THINKTRAIL_PYTHON:-.venv/bin/python}"
export OMP_NUM_THREADS=1
"$python" -u -m training.ablate --out "$work/ablations"
[ -f "$work/nano/model.safetensors" ] || "$python" -m training.export "$work/ablations/full" "$work/nano"
train() {
  name="$1"
  shift
  [ -f "$work/rivals/$name/done" ] && return
  "$python" -u -m training.rl "$work/nano" --out "$work/rivals/$name" --steps 40 --rate 1e-4 \
    --levels 1 2 --no-compositions --max-tokens 320 "$@"
  touch "$work/rivals/$name/done"
}
for seed in 0 1 2; do
  train "mgpo-$seed" --lam 2 --seed "$seed"
  train "grpo-$seed" --lam 0 --seed "$seed"
done
train plain-0 --lam 2 --seed 0 --no-consistency
"$python" -m training.rivals "$work/nano" --mgpo "$work"/rivals/mgpo-* --grpo "$work"/rivals/grpo-* \
  --plain "$work"/rivals/plain-* --out "$work/rivals.json"
