"""Keys by their names, as the protocol wants them (``Input.dispatchKeyEvent``)."""

from typing import Any

_NAMED = {
    "enter": ("Enter", "Enter", 13, "\r"),
    "return": ("Enter", "Enter", 13, "\r"),
    "tab": ("Tab", "Tab", 9, ""),
    "escape": ("Escape", "Escape", 27, ""),
    "esc": ("Escape", "Escape", 27, ""),
    "backspace": ("Backspace", "Backspace", 8, ""),
    "delete": ("Delete", "Delete", 46, ""),
    "space": (" ", "Space", 32, " "),
    "arrowleft": ("ArrowLeft", "ArrowLeft", 37, ""),
    "arrowup": ("ArrowUp", "ArrowUp", 38, ""),
    "arrowright": ("ArrowRight", "ArrowRight", 39, ""),
    "arrowdown": ("ArrowDown", "ArrowDown", 40, ""),
    "home": ("Home", "Home", 36, ""),
    "end": ("End", "End", 35, ""),
    "pageup": ("PageUp", "PageUp", 33, ""),
    "pagedown": ("PageDown", "PageDown", 34, ""),
}
_MODIFIERS = {"alt": 1, "ctrl": 2, "control": 2, "meta": 4, "cmd": 4, "shift": 8}
_FUNCTION_KEYS = range(1, 13)
_F1 = 112


def key_events(name: str) -> list[dict[str, Any]]:
    """Return the events of pressing a key, such as ``ArrowLeft``, ``a``, ``?`` or ``Ctrl+Enter``.

    Raises:
        ValueError: there is no such key.
    """
    *held, key = name.split("+") if len(name) > 1 and not name.endswith("+") else [name]
    modifiers = 0
    for each in held:
        if (bit := _MODIFIERS.get(each.strip().casefold())) is None:
            raise ValueError(f"There is no key “{name[:40]}”.")
        modifiers |= bit
    value, code, number, text = _key(key if key == " " else key.strip())
    pressed: dict[str, Any] = {
        "key": value,
        "code": code,
        "windowsVirtualKeyCode": number,
        "modifiers": modifiers,
    }
    typed = {"text": text} if text and not modifiers & ~_MODIFIERS["shift"] else {}
    down = "keyDown" if typed else "rawKeyDown"
    return [{"type": down, **pressed, **typed}, {"type": "keyUp", **pressed}]


def _key(name: str) -> tuple[str, str, int, str]:
    plain = name.casefold().replace(" ", "").replace("_", "").replace("-", "") or name
    plain = {"left": "arrowleft", "right": "arrowright", "up": "arrowup", "down": "arrowdown"}.get(
        plain, plain
    )
    if plain in _NAMED:
        return _NAMED[plain]
    if plain[:1] == "f" and plain[1:].isdecimal() and int(plain[1:]) in _FUNCTION_KEYS:
        return plain.upper(), plain.upper(), _F1 + int(plain[1:]) - 1, ""
    if len(name) != 1:
        raise ValueError(f"There is no key “{name[:40]}”.")
    if name.isascii() and name.isalpha():
        return name, f"Key{name.upper()}", ord(name.upper()), name
    if name.isascii() and name.isdecimal():
        return name, f"Digit{name}", ord(name), name
    return name, "", 0, name
