"""Rules about the services an estate stands on."""

from __future__ import annotations

from collections.abc import Iterator

from exitkit.model.finding import Severity
from exitkit.model.inventory import Portability, Resource, Spot
from exitkit.scan.rules.base import Estate, rule

Found = Iterator[tuple[Spot, str, str]]


def _of_class(estate: Estate, wanted: Portability) -> Iterator[Resource]:
    return (one for one in estate.inventory.resources if one.portability is wanted and not one.part and one.count)


def _words(one: Resource, estate: Estate) -> str:
    there = one.counterpart or "nothing of its kind"
    note = f" ({one.note})" if one.note else ""
    return f"{one.address} is {one.service}, {one.portability.words}; at {estate.inventory.target}: {there}{note}"


@rule("LK401", "a service to write anew for", Severity.HIGH, "put an interface of your own before it, then replace it")
def rewrite(estate: Estate) -> Found:
    """A resource belongs to a service that no other provider answers for.

    What it means: the application or its model must change before it can leave; that is planned in weeks, not in days.

    Way out: put an interface of your own before it, keep its semantics in a contract test, then replace what is behind.
    """
    yield from ((one.spot, one.address, _words(one, estate)) for one in _of_class(estate, Portability.P4))


@rule("LK402", "a service to re-platform", Severity.MEDIUM, "choose the product that takes its place, and try it")
def replatform(estate: Estate) -> Found:
    """A resource belongs to a service whose function exists elsewhere, as another product.

    What it means: the application stays mostly as it is; operations, access and deployment do not.

    Way out: choose the product that takes its place, and rehearse the move on one of them.
    """
    yield from ((one.spot, one.address, _words(one, estate)) for one in _of_class(estate, Portability.P3))


@rule(
    "LK403", "a type nobody has classed", Severity.MEDIUM, "say what it is, or ask for it to be classed", unknown=True
)
def unclassed(estate: Estate) -> Found:
    """A resource is of a type the catalogue does not know, or knows without a class.

    What it means: this is a gap of ours, not of the provider. It is not a pass, and stands in every share as unknown.

    Way out: look at it yourself, and ask for the type to be added to the catalogue with its source.
    """
    for one in estate.inventory.resources:
        if one.portability is Portability.UNKNOWN:
            yield one.spot, one.address, f"nobody has classed {one.type}" + (f" ({one.service})" if one.service else "")


@rule(
    "LK404", "a module that is not here", Severity.MEDIUM, "scan it beside this folder, or give its state", unknown=True
)
def absent_module(estate: Estate) -> Found:
    """A module is called whose source is not in the folder.

    What it means: whatever it makes is in no count and in no share.

    Way out: scan a folder that holds the module, or add the state or a plan in JSON, which name what it makes.
    """
    for one in estate.inventory.opaque:
        if one.resources:
            yield one.spot, one.what, f"{one.what}: {one.why}"


@rule("LK405", "a call only one provider answers", Severity.HIGH, "put an interface of your own before it")
def proprietary_call(estate: Estate) -> Found:
    """The source of an application calls an interface of one provider for which the target has no answer.

    What it means: this line stops working the day the provider is left, whatever the infrastructure does.

    Way out: put an interface of your own before the call, so that one file knows the provider and the others do not.
    """
    for one in estate.inventory.calls:
        if one.spoken is False and one.portability is Portability.P4:
            name = f"{one.service} {one.operation}" if one.operation else one.service
            yield one.spot, name, f"{name} is called; nothing at {estate.inventory.target} answers it"


@rule("LK406", "a call that takes another product", Severity.MEDIUM, "keep the call in one file of its own")
def other_call(estate: Estate) -> Found:
    """The source of an application calls an interface of one provider whose function exists elsewhere under another.

    What it means: the line changes when the provider does; how much depends on how many files know it.

    Way out: keep such calls in one file, or use a library that speaks to both.
    """
    for one in estate.inventory.calls:
        if one.spoken is False and one.portability is not Portability.P4:
            name = f"{one.service} {one.operation}" if one.operation else one.service
            yield one.spot, name, f"{name} is called; {estate.inventory.target} has another interface for it"
