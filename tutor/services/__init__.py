"""What crosses aggregates or enqueues: one verb per function, keyword-only, publishing on commit."""
