#!/usr/bin/env bash
# Sets up everything the tests need and runs them. Arguments go to pytest: ./test.sh tests/grading -k fraction
set -eu
cd "$(dirname "$0")"
for python in python3 python3.14 python3.13 python3.12 python3.11 python; do
  if command -v "$python" >/dev/null 2>&1 &&
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    "$python" -m launch.tests
    exec .venv/bin/python -m pytest "$@"
  fi
done
echo "The tests need Python 3.11 or newer." >&2
exit 1
