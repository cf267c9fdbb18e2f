"""Promises: what a program must do, as sentences for people and steps that can be carried out.

``reading`` checks promises from a planner or a caller, ``model`` holds them, ``coverage`` finds the
words of a task that no promise mentions. Nothing here carries steps out: the harness does.
"""
