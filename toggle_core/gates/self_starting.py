"""Files that run by themselves on some machine: nobody starts them, and no gate has tried them."""

import re
from pathlib import PurePosixPath

# What opens or enters a folder and then runs something in it, by the path of the file in it.
_TRIGGERS = (
    (re.compile(r"(.*/)?\.vscode/(tasks|settings)\.json"), "when the folder is opened"),
    (re.compile(r".*\.code-workspace"), "when it is opened in an editor"),
    (re.compile(r"(.*/)?\.idea/.*"), "when the folder is opened"),
    (re.compile(r"(.*/)?\.devcontainer(/.*|\.json)"), "when the folder is opened"),
    (re.compile(r"(.*/)?\.(gitpod\.yml|replit)"), "when the folder is opened"),
    (
        re.compile(r"(.*/)?\.(claude|cursor|gemini|windsurf)/.*|(.*/)?\.mcp\.json"),
        "in coding tools",
    ),
    (re.compile(r"(.*/)?\.(envrc|mise\.toml)|(.*/)?mise\.toml"), "when a shell enters the folder"),
    (re.compile(r"(.*/)?\.(exrc|vimrc|nvimrc|nvim\.lua|dir-locals\.el)"), "in editors"),
    (re.compile(r"(.*/)?\.(gdbinit|lldbinit|pdbrc|pdbrc\.py|rprofile|irbrc)"), "in its tool"),
    (re.compile(r"(.*/)?(autorun\.inf|desktop\.ini|\.directory)"), "when the folder is opened"),
    (re.compile(r"(.*/)?\.(github/workflows|circleci)/.*"), "when the project is uploaded"),
    (
        re.compile(r"(.*/)?(\.gitlab-ci\.yml|azure-pipelines\.yml|Jenkinsfile)", re.I),
        "when uploaded",
    ),
    (re.compile(r"(.*/)?(\.husky/.*|\.pre-commit-config\.yaml)"), "when a change is committed"),
    (re.compile(r".*\.pth"), "whenever Python starts"),
)
_PROGRAMS = frozenset(
    ("so", "pyd", "dll", "dylib", "exe", "com", "scr", "pif", "msi", "bin", "o", "a", "elf")
) | {"pyc", "pyo", "pyz", "whl", "egg", "jar", "class", "app", "deb", "rpm", "appimage"}
_SHORTCUTS = frozenset(
    ("lnk", "url", "desktop", "scf", "webloc", "command", "workflow", "hta", "vbs", "vbe", "jse")
) | {"wsf", "wsh", "reg", "chm", "inf", "library-ms", "search-ms"}


def explain_self_starting(name: str) -> str | None:
    """Return a sentence about a file that runs by itself, None for any other.

    Args:
        name: its path in the project.
    """
    path = PurePosixPath(name)
    ending = path.suffix.lower().removeprefix(".")
    for pattern, moment in _TRIGGERS:
        if pattern.fullmatch(name) or pattern.fullmatch(name.lower()):
            return f"{name} runs commands by itself {moment}; a project must do nothing unasked."
    if ending in _PROGRAMS:
        return f"{name} is named as a compiled program, which no check can read."
    if ending in _SHORTCUTS:
        return f"{name} is named as a shortcut or script that a click on it runs."
    return None
