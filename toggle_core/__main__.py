"""``python -m toggle_core``: the command line."""

from toggle_core.cli import main

if __name__ == "__main__":
    main()
