"""`python -m launch`: set up with whatever Python there is, then go on in the environment."""

from __future__ import annotations

import os
import sys

from launch import PYTHON, ROOT, Stop, options, setup


def main(argv: list[str]) -> int:
    wanted = options.parse(argv)
    try:
        options.check_folders(wanted)
        if not wanted.setup_only:
            options.check_port(wanted)
        if not wanted.get_model:
            options.check_model(wanted.model)
        setup.prepare(wanted)
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run ./start.sh again to go on from here.", file=sys.stderr)
        return 130
    if wanted.setup_only:
        print("Ready. ./start.sh starts Thinktrail, with or without a network.")
        return 0
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "launch.serve", *argv])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
