"""Production Toggle: type one sentence; the app plans it, writes the code, and proves it."""

__version__ = "0.2.0"
