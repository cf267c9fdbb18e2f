"""Things are broken on purpose while runs are executed, and the books must balance afterwards.

The tests break each once, small. ``python -m tests.chaos`` breaks them at full scale and prints a
table.
"""
