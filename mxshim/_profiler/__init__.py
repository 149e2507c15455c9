"""What is behind ``mx.profiler``: the recorder, the clocks in the operators, file and table."""
