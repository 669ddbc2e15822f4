"""The same recipe for a checkpoint of 1.5B parameters on one card, through TRL (extra `scale`)."""
