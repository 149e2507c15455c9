"""Random streams: the same seed gives the same numbers, compared bit for bit."""
