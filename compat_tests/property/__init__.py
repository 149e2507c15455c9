"""Property-based parity: calls drawn from typed parameters, answered by the reference."""
