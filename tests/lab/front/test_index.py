"""The order of keys is the order of keys, whatever came and went."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as some

from exitkit.lab.front import index
from exitkit.lab.front.index import IndexedKeys, Ordered

NAMES = some.text(alphabet="ab/é\U0001f600", max_size=4)


@settings(max_examples=200, deadline=None)
@given(some.lists(some.tuples(some.booleans(), NAMES), max_size=80), NAMES, some.booleans())
def test_names_come_in_order_from_anywhere(steps: list[tuple[bool, str]], start: str, after: bool) -> None:
    index._BLOCK = 4
    there: set[str] = set()
    names = Ordered()
    for adding, name in steps:
        if adding and name not in there:
            names.add(name)
            there.add(name)
        elif not adding and name in there:
            names.remove(name)
            there.remove(name)

    wanted = sorted(name for name in there if name > start or (name == start and not after))

    assert list(names.starting(start, after=after)) == wanted
    assert len(names) == len(there)


@settings(max_examples=100, deadline=None)
@given(some.lists(some.tuples(some.sampled_from(["list", "item", "pop"]), NAMES), max_size=60))
def test_the_index_follows_every_way_moto_has_to_change_a_store(steps: list[tuple[str, str]]) -> None:
    class Version:
        def dispose(self) -> None:
            pass

    keys = IndexedKeys()
    for how, name in steps:
        if how == "list":
            keys.setlist(name, [Version()])
        elif how == "item":
            keys[name] = Version()
        elif name in keys:
            keys.pop(name)

    assert list(keys.names.starting("")) == sorted(dict(keys))
