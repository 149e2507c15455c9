"""The engine: tensors, the tape, the operator registry and how an operator is invoked."""
