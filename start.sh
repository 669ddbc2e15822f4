#!/usr/bin/env bash
# Sets Thinktrail up, runs it, and prints the address. `./start.sh --help` lists the options.
set -eu
cd "$(dirname "$0")"
for python in python3 python3.14 python3.13 python3.12 python3.11 python; do
  if command -v "$python" >/dev/null 2>&1 &&
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    exec "$python" -m launch "$@"
  fi
done
echo "Thinktrail needs Python 3.11 or newer; this machine has $(python3 --version 2>&1 || echo none). Install it (https://www.python.org/downloads/) and run ./start.sh again." >&2
exit 1
