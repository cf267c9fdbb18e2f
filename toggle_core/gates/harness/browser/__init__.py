"""A real browser in a sandbox of its own, driven by what its readers see."""
