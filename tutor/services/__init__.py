"""What crosses aggregates or enqueues: one keyword-only verb per function."""
