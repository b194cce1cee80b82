"""Find keys that divide a bucket into ranges, with a handful of requests and no knowledge of how it was named."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import pairwise

from exitkit.drivers.s3 import answers

AskList = Callable[[dict[str, str]], Awaitable[bytes | bytearray]]

_MOST_PAGES = 4
_DEEPEST = 6
_AFTER_ALL = "\U0010ffff"


async def bounds(ask: AskList, wanted: int) -> list[str]:
    """By folders where keys have them, deeper while there is only one; else by the letter after what they share."""
    prefix = ""
    for _ in range(_DEEPEST):
        found, files = await _folders(ask, prefix)
        if len(found) > 1 and (len(found) >= 4 or files < 1000):
            break
        if len(found) != 1:
            return await _letters(ask, prefix, wanted) if files >= 1000 else []
        prefix = found[0]
    if len(found) < wanted:
        deeper = [(await _folders(ask, one))[0] for one in found[:wanted]]
        if sum(map(len, deeper)) > len(found):
            found = sorted({*found, *(one for many in deeper for one in many)})
    return _spread(sorted(found), wanted)


async def _folders(ask: AskList, prefix: str) -> tuple[list[str], int]:
    """The folders right below a prefix, of the first pages, and how many objects lie beside them."""
    asked = {"prefix": prefix, "delimiter": "/"}
    found: list[str] = []
    files = 0
    for _ in range(_MOST_PAGES):
        page = await ask(asked)
        found += answers.prefixes(page)
        files += page.count(b"<Contents>")
        token = answers.field("NextContinuationToken", page)
        if not token or b"<IsTruncated>true" not in page:
            break
        asked = {"prefix": prefix, "delimiter": "/", "continuation-token": token}
    return found, files


async def _letters(ask: AskList, prefix: str, wanted: int) -> list[str]:
    """The next letter of every key below a prefix: jump behind each in turn."""
    first = answers.listed(await ask({"max-keys": "1", "prefix": prefix}))
    while first and len(found := await _turns(ask, prefix, wanted)) < 2:
        if not found:
            return []
        prefix = found[0]
        if len(prefix) >= len(first[0].key):
            return []
    return _spread(found, wanted) if first else []


async def _turns(ask: AskList, prefix: str, wanted: int) -> list[str]:
    after = prefix
    found: list[str] = []
    while len(found) < max(wanted, 64):
        page = answers.listed(await ask({"max-keys": "1", "prefix": prefix, "start-after": after}))
        if not page or len(page[0].key) <= len(prefix):
            break
        found.append(page[0].key[: len(prefix) + 1])
        after = found[-1] + _AFTER_ALL
    return found


def _spread(found: list[str], wanted: int) -> list[str]:
    """About so many of them, evenly."""
    if len(found) <= wanted:
        return found
    step = len(found) / wanted
    picked = [found[int(number * step)] for number in range(wanted)]
    return [one for one, other in pairwise([*picked, ""]) if one != other]
