"""oneDNN through its C interface: faster kernels for the CPU (extra ``onednn``)."""
