#!/bin/sh
# Fine-tunes a 1.5B checkpoint on curated rows with step weights, then reinforces it with MGPO, on
# one card. `python -m training.scale.costs` says which card is large enough and for how long.
#
#   .venv/bin/pip install -c constraints.txt -e '.[scale]'
#   training/runs/scale_1.5b.sh MODEL ROWS.jsonl OUT
#
# Started again after a stop, a finished stage is left alone and a broken one goes on from its last
# save. LORA=0 trains every weight; LONGEST is the longest reply in tokens.
set -eu
model="$(realpath "$1")" rows="$(realpath "$2")" out="$(realpath -m "$3")"
cd "$(dirname "$0")/../.."
python="${THINKTRAIL_PYTHON:-.venv/bin/python}"
lora="${LORA:-32}" longest="${LONGEST:-8192}" steps="${STEPS:-200}"
"$python" -c 'import trl, peft' 2>/dev/null || {
  echo "TRL is missing: .venv/bin/pip install -c constraints.txt -e '.[scale]'" >&2
  exit 1
}
going_on() { [ -z "$(ls -d "$1"/trainer/checkpoint-* 2>/dev/null)" ] || echo --resume; }
if [ ! -f "$out/sft/recipe.json" ]; then
  "$python" -u -m training.scale.sft "$model" --rows "$rows" --out "$out/sft" --lora "$lora" \
    ${SFT_STEPS:+--steps "$SFT_STEPS"} $(going_on "$out/sft")
fi
if [ ! -f "$out/mgpo/recipe.json" ]; then
  "$python" -u -m training.scale.mgpo "$out/sft" --rows "$rows" --out "$out/mgpo" --lora "$lora" \
    --longest "$longest" --steps "$steps" --at-once "${AT_ONCE:-32}" $(going_on "$out/mgpo")
fi
echo "Serve it: ./start.sh --model-path $out/mgpo"
