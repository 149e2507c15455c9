"""Sparse arrays: classes, constructors, and the rules of the operators that know them."""
