"""What the founder is told at the end of a run, in plain words."""

import json

from toggle_core.graph.state import AgentState


def respond(state: AgentState) -> str:
    """The closing words of a run, as Markdown.

    Args:
        state: the state after the coder's last attempt.
    """
    count = len(json.loads(state["files"]))
    files = "1 file" if count == 1 else f"{count} files"
    return (
        f"{state['summary']}\n\n"
        f"The project has {files}. To run it, download it, open a terminal in its folder and type:"
        f"\n\n    {state['how_to_run']}\n\n"
        "This is a quick draft: nothing has been checked."
    )
