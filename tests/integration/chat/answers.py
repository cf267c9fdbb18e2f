"""What a model could answer."""

import json

PLAN = json.dumps({"goal": "A program that greets.", "steps": ["Write `main.py`.", "Test it."]})
PLAN_TEXT = "A program that greets.\n\n1. Write `main.py`.\n2. Test it."

FILES = {"main.py": 'print("Hello")\n', "tests/test_main.py": "def test_it() -> None: ...\n"}
PROJECT = json.dumps(
    {
        "summary": "It greets.",
        "files": [{"path": path, "text": text} for path, text in FILES.items()],
        "entry": "main.py",
        "how_to_run": "python main.py",
    }
)
PROJECT_IN_FENCES = """It greets.

```python main.py
print("Hello")
```

### `tests/test_main.py`
```python
def test_it() -> None: ...
```
"""
