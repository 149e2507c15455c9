"""Parity cases of operators."""
