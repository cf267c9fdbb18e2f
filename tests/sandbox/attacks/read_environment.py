"""Find the application's secret in some environment."""

import os
from pathlib import Path

from told import TARGET, reached, refused

places = [Path("/proc/self/environ"), *Path("/proc").glob("[0-9]*/environ")]
texts = [repr(dict(os.environ))]
for place in places:
    try:
        texts.append(place.read_bytes().decode("utf-8", "replace"))
    except OSError as error:
        refused(f"{place}: {error}")
mark = TARGET["variable"]
reached("the environment") if any(mark in text for text in texts) else refused("no variable")
