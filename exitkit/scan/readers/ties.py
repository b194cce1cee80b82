"""Find the names in a text that mean something at one provider only, with their places."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

from exitkit.scan.limits import MOST_TIES
from exitkit.scan.text import shown, without_account

_DIRECTIONS = rb"(?:central|north|south|east|west|northeast|southeast|northwest|southwest)"
_TIE = re.compile(
    rb"(?P<arn>\barn:(?:aws[a-z-]{0,8}|\$\{[^}\n]{1,100}\}):(?:\$\{[^}\n]{1,100}\}|[^\s\"'`,;()\[\]{}<>\\]){0,300})"
    rb"|(?P<endpoint>\.(?:amazonaws\.com(?:\.cn)?|awsapps\.com|cloudfront\.net|azure\.com|windows\.net|azurewebsites\.net"
    rb"|azure-api\.net|azurecr\.io|azureedge\.net|googleapis\.com|cloudfunctions\.net|gcr\.io|pkg\.dev|appspot\.com"
    rb"|run\.app)(?![\w-]|\.\w))"
    rb"|(?P<metadata>169\.254\.169\.254|169\.254\.170\.2|metadata\.google\.internal)"
    rb"|(?P<condition>\b(?:aws:[A-Z]\w{2,40}(?:/[\w-]{1,60})?|kms:(?:ViaService|CallerAccount|EncryptionContext)\w{0,20}"
    rb"|s3:x-amz-[a-z-]{1,60}))"
    rb"|(?P<region>(?<![\w-])(?:(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-gov|-iso[bef]?)?-" + _DIRECTIONS + rb"-\d[a-f]?"
    rb"|(?:africa|asia|australia|europe|northamerica|southamerica|us)-" + _DIRECTIONS + rb"\d{1,2}(?:-[a-f])?)"
    rb"(?![\w-]))"
)  # fmt: skip
_HOST = re.compile(rb"[A-Za-z0-9._${}-]*\Z")
_IGNORE = re.compile(rb"exitkit:ignore\b[ \t]*([^\n]{0,500})")
_WAIVER = re.compile(r"(LK\d{3}(?:[ ,]+LK\d{3})*)[ \t]+until[ \t]+(\d{4}-\d\d-\d\d)[ \t]*:[ \t]*(\S.*)")


class Lines:
    """Turns offsets into lines and columns; a column counts as UTF-16 does, which is how editors and SARIF count."""

    def __init__(self, content: bytes) -> None:
        self._content, self._plain = content, content.isascii()
        self._starts = [0, *(found.end() for found in re.finditer(rb"\n", content))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self._starts, offset)
        start = self._starts[line - 1]
        if self._plain:
            return line, offset - start + 1
        before = self._content[start:offset].decode("utf-8", "replace")
        return line, len(before.encode("utf-16-le")) // 2 + 1


def blanked(content: bytes, spans: Iterable[tuple[int, int]]) -> bytes:
    """The text with some spans blank, each line as long as it was."""
    text = bytearray(content)
    for start, end in spans:
        text[start:end] = re.sub(rb"[^\n]", b" ", content[start:end])
    return bytes(text)


def ties(text: bytes, lines: Lines) -> tuple[list[list[Any]], bool]:
    """Each tie as [kind, line, column, text], and whether there are more than are listed."""
    found: list[list[Any]] = []
    for match in _TIE.finditer(text):
        if len(found) >= MOST_TIES:
            return found, True
        kind, start, end = match.lastgroup or "", match.start(), match.end()
        if kind == "endpoint":
            host = _HOST.search(text[max(0, start - 200) : start])
            start -= len(host[0]) if host else 0
            labels = text[start:end].strip(b".").split(b".")
            kind = "principal" if len(labels) == 3 and labels[-2:] == [b"amazonaws", b"com"] else kind
            line, column = lines.place(start)
            while found and found[-1][0] == "region" and found[-1][1] == line and found[-1][2] >= column:
                found.pop()
        name = without_account(text[start:end].decode("utf-8", "replace").rstrip(".:"))
        found.append([kind, *lines.place(start), shown(name)])
    return found, False


def waivers(content: bytes, spans: Iterable[tuple[int, int]], lines: Lines) -> list[dict[str, Any]]:
    """What comments accept: rules, until when, why; a comment that does not say all of that says so."""
    found = []
    for start, end in spans:
        for match in _IGNORE.finditer(content, start, end):
            said = match[1].decode("utf-8", "replace").removesuffix("*/").strip()
            full = _WAIVER.fullmatch(said)
            line, _ = lines.place(match.start())
            if full is None:
                found.append({"line": line, "said": shown(said, 80)})
                continue
            codes = re.findall(r"LK\d{3}", full[1])
            found.append({"line": line, "codes": codes, "until": full[2], "because": shown(full[3], 200)})
    return found
