"""Versions of a project: changes, continued runs and forks."""
