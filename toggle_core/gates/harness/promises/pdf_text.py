"""The text that a reader sees in a PDF, as far as its streams can be read."""

import base64
import re
import zlib
from collections.abc import Iterator

_MOST_STREAM_BYTES = 4 * 1024 * 1024
_MOST_STREAMS = 500
_OBJECT = re.compile(rb"(\d{1,9})\s+\d{1,5}\s+obj\b(.*?)\bendobj\b", re.DOTALL)
_STREAM = re.compile(rb"(.*?)\bstream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_TEXT_BLOCK = re.compile(rb"\bBT\b(.*?)\bET\b", re.DOTALL)
_PART = re.compile(
    rb"/(?P<font>[^\s/\[\]()<>]+)\s+[-\d.]+\s+Tf"
    rb"|\((?P<string>(?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*)\)"
    rb"|<(?P<hex>[0-9A-Fa-f\s]*)>"
    rb"|(?P<move>\bT[dDm*]\B|T\*|['\"])"
    rb"|(?P<gap>-\d{3,}(?:\.\d+)?)",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_FONT = re.compile(rb"/([^\s/\[\]()<>]+)\s+(\d{1,9})\s+\d{1,5}\s+R")
_TO_UNICODE = re.compile(rb"/ToUnicode\s+(\d{1,9})\s+\d{1,5}\s+R")
_CHARS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[(.*?)\])", re.S)
_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")
_MOST_RANGE = 70_000
_LAST_OF_ONE_BYTE = 255

Characters = dict[int, str]


def read_pdf(content: bytes) -> str:
    """Return the text of a PDF, empty where nothing can be read."""
    objects = dict(_objects(content))
    fonts = _fonts(objects)
    parts = []
    for body in list(objects.values())[:_MOST_STREAMS]:
        stream = _stream(body)
        if b"BT" in stream and b"beginbf" not in stream:
            parts += [_read_block(block[1], fonts) for block in _TEXT_BLOCK.finditer(stream)]
    return "\n".join(parts)


def _objects(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the objects with their numbers, also those that are packed together."""
    for found in _OBJECT.finditer(content):
        yield int(found[1]), found[2]
        if b"/ObjStm" in found[2][:300] and (first := re.search(rb"/First\s+(\d{1,7})", found[2])):
            packed = _stream(found[2])
            start = int(first[1])
            numbers = [int(each) for each in packed[:start].split() if each.isdigit()]
            places = [*numbers[1::2], len(packed)]
            for index, number in enumerate(numbers[::2]):
                if index + 1 < len(places):
                    yield number, packed[start + places[index] : start + places[index + 1]]


def _stream(body: bytes) -> bytes:
    """Return the content of an object's stream, unpacked."""
    found = _STREAM.match(body)
    if found is None:
        return b""
    head, content = found.groups()
    try:
        if b"ASCII85" in head:
            content = base64.a85decode(content.strip().removesuffix(b"~>"))
        if b"FlateDecode" in head:
            content = zlib.decompressobj().decompress(content, _MOST_STREAM_BYTES)
    except (ValueError, zlib.error):
        return b""
    return content[:_MOST_STREAM_BYTES]


def _fonts(objects: dict[int, bytes]) -> dict[bytes, Characters]:
    """Return what the codes of each font stand for, by the name that pages give it."""
    maps = {}
    for number, body in objects.items():
        if found := _TO_UNICODE.search(body):
            maps[number] = _characters(_stream(objects.get(int(found[1]), b"")))
    return {
        found[1]: maps[int(found[2])]
        for body in objects.values()
        for found in _FONT.finditer(body.partition(b"stream")[0])
        if int(found[2]) in maps
    }


def _characters(table: bytes) -> Characters:
    known: Characters = {}
    for block in _CHARS.findall(table):
        known |= {int(code, 16): _utf16(text) for code, text in _PAIR.findall(block)}
    for block in _RANGES.findall(table):
        for first, last, text, several in _RANGE.findall(block):
            codes = range(int(first, 16), int(last, 16) + 1)[:_MOST_RANGE]
            if text:
                known |= {code: chr(int(text[-4:], 16) + n) for n, code in enumerate(codes)}
            else:
                known |= dict(zip(codes, map(_utf16, _HEX.findall(several)), strict=False))
    return known


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode().zfill(4)).decode("utf-16-be", "replace")


def _read_block(block: bytes, fonts: dict[bytes, Characters]) -> str:
    text, characters = "", None
    for found in _PART.finditer(block):
        if found["font"] is not None:
            characters = fonts.get(found["font"])
        elif found["move"] is not None:
            text += "\n"
        elif found["gap"] is not None:
            text += " "
        elif found["hex"] is not None:
            digits = b"".join(found["hex"].split())
            text += _decode(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()), characters)
        else:
            text += _decode(_ESCAPE.sub(_unescape, found["string"]), characters)
    return text


def _unescape(found: "re.Match[bytes]") -> bytes:
    if found[1]:
        return bytes([int(found[1], 8) % 256])
    return _ESCAPES.get(found[2], b"" if found[2] in (b"\n", b"\r\n") else found[2])


def _decode(codes: bytes, characters: Characters | None) -> str:
    if characters is None:
        if codes.startswith(b"\xfe\xff"):
            return codes[2:].decode("utf-16-be", "replace")
        return codes.decode("cp1252", "replace")
    width = (
        2 if max(characters, default=0) > _LAST_OF_ONE_BYTE or _is_wide(codes, characters) else 1
    )
    values = [int.from_bytes(codes[at : at + width]) for at in range(0, len(codes), width)]
    return "".join(characters.get(value, "") for value in values)


def _is_wide(codes: bytes, characters: Characters) -> bool:
    """Tell whether codes have two bytes each: the first ones are all zero."""
    return len(codes) % 2 == 0 and not any(codes[::2]) and 0 not in characters
