#!/bin/sh
# Asks VibeThinker-1.5B the contests of its report by the published protocol and prints what was
# obtained beside 80.3 (AIME 2024), 74.4 (AIME 2025), 50.4 (HMMT 2025) and 51.1 (LiveCodeBench v6).
# Neither the weights nor the problems are part of this project. Name what you have:
#
#   VIBETHINKER_MODEL   a directory with the weights, or the address of a server (vLLM, SGLang, …)
#   VIBETHINKER_SERVED  the model's name at that server, if it serves several
#   AIME24 AIME25 HMMT25 LCB6   problem files, .jsonl: verl-style rows as in the authors' repository,
#                       MathArena rows, or LiveCodeBench's code_generation_lite cut to
#                       2025-02-01 … 2025-05-01. Of a .parquet:
#                       python -c 'import pandas as p; p.read_parquet("a.parquet").to_json("a.jsonl",
#                       orient="records", lines=True)'
#   THINKTRAIL_REPRODUCTION  where replies are kept (var/reproduction); started again it goes on
#
# Anything after the script's name goes to training.contests, e.g. --samples 4 for a first look.
set -eu
cd "$(dirname "$0")/../.."
python="${THINKTRAIL_PYTHON:-.venv/bin/python}"
if [ -z "${VIBETHINKER_MODEL:-}" ]; then
  echo "Nothing to run: VIBETHINKER_MODEL names no weights and no server." >&2
  echo "Published: AIME24 80.3, AIME25 74.4, HMMT25 50.4, LiveCodeBench v6 51.1." >&2
  exit 2
fi
sets=""
for pair in "aime24 ${AIME24:-}" "aime25 ${AIME25:-}" "hmmt25 ${HMMT25:-}" "lcb6 ${LCB6:-}"; do
  name="${pair%% *}" file="${pair#* }"
  [ -n "$file" ] || continue
  if [ ! -f "$file" ]; then
    echo "$name: there is no file $file" >&2
    exit 2
  fi
  sets="$sets $name"
done
if [ -z "$sets" ]; then
  echo "Nothing to run: none of AIME24, AIME25, HMMT25 and LCB6 names a problem file." >&2
  exit 2
fi
[ -z "${LCB6:-}" ] || set -- "lcb6=$LCB6" "$@"
[ -z "${HMMT25:-}" ] || set -- "hmmt25=$HMMT25" "$@"
[ -z "${AIME25:-}" ] || set -- "aime25=$AIME25" "$@"
[ -z "${AIME24:-}" ] || set -- "aime24=$AIME24" "$@"
exec "$python" -u -m training.contests "$VIBETHINKER_MODEL" --protocol vibethinker \
  --served "${VIBETHINKER_SERVED:-}" --out "${THINKTRAIL_REPRODUCTION:-var/reproduction}" \
  --set "$@"
