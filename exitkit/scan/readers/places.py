"""Where things stand in a JSON file, which remembers no places."""

from __future__ import annotations

import re

from exitkit.scan.readers.ties import Lines

_ADDRESS = re.compile(rb'"address"\s*:\s*"((?:[^"\\]|\\.)*)"')
_STATE = re.compile(rb'"type"\s*:\s*"([^"\\]*)"\s*,\s*"name"\s*:\s*"([^"\\]*)"')
_KEY = re.compile(rb'"([^"\\\n]{1,200})"\s*:\s*\{')


def addresses(content: bytes, lines: Lines) -> dict[str, list[int]]:
    """Where each address of a plan is named first."""
    found: dict[str, list[int]] = {}
    for match in _ADDRESS.finditer(content):
        name = match[1].replace(b'\\"', b'"').decode("utf-8", "replace")
        if name not in found:
            found[name] = [*lines.place(match.start()), 0]
    return found


def resources(content: bytes, lines: Lines) -> list[tuple[str, str, list[int]]]:
    """Where each resource of a state begins, in order."""
    return [
        (match[1].decode("utf-8", "replace"), match[2].decode("utf-8", "replace"), [*lines.place(match.start()), 0])
        for match in _STATE.finditer(content)
    ]


def keys(content: bytes, lines: Lines) -> dict[str, list[int]]:
    """Where each name that opens an object stands last."""
    return {match[1].decode("utf-8", "replace"): [*lines.place(match.start()), 0] for match in _KEY.finditer(content)}
