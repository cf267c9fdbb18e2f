"""Carries promises out on a running program, from outside.

Only the standard library, and relative imports: the package is bound into the sandbox.
"""
