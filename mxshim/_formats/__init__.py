"""File formats: bytes to NumPy arrays and back, with no tensors inside."""
