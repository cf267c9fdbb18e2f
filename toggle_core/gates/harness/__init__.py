"""What runs inside the sandbox: bound there read-only, standard library only.

Modules here import each other relatively and nothing else of this project, because nothing else of
it exists inside.
"""
