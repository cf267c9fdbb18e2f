"""Numbers over many runs, and the rollup they are read from."""
