"""Import the application and its packages, which could hold keys or connections."""

import importlib

from told import attempt

for name in ("toggle_core", "fastapi", "psycopg", "streamlit", "pydantic", "langgraph", "numpy"):
    attempt(name, lambda name=name: importlib.import_module(name))
