"""Parity tests: one body, run under MXNet 1.9.1 to record and under mxshim to replay."""
