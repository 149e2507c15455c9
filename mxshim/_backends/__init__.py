"""Array namespaces (NumPy, CuPy) and the accelerators that override operators on them."""
