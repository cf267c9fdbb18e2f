"""Read the application's secret, its code and its folders."""

from pathlib import Path

from told import TARGET, attempt

for name in (TARGET["secret_file"], TARGET["app_file"]):
    attempt(name, lambda name=name: Path(name).read_text())
    attempt(f"list beside {name}", lambda name=name: list(Path(name).parent.iterdir()))
