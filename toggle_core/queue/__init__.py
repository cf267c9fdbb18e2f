"""The queue: Procrastinate, on the same Postgres. The only package that names its tables.

It knows jobs by their names and nothing of runs or graphs. Other packages call its functions, or
build their statements from its SQL fragments.
"""
