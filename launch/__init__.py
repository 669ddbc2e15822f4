"""Sets Thinktrail up and runs its processes. Standard library only, so that it works before anything is installed."""
