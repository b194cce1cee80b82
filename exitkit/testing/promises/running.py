"""What the machines and the names of every provider do."""

from __future__ import annotations

from urllib.error import URLError
from urllib.request import urlopen

from exitkit.ports import Compute, Machine, Names, Told
from exitkit.testing.bench import Bench, NotTriedError, hold


def a_machine_runs_once_until_it_is_stopped(bench: Bench) -> None:
    """Starting what runs and stopping what does not are harmless; what is said to run answers."""
    if not bench.image:
        raise NotTriedError("no image to run")
    compute: Compute = bench.open(Compute)  # type: ignore[type-abstract]
    name = f"{bench.scratch}-machine"
    if name in compute.running():
        raise NotTriedError(f"there is a machine {name} already")
    machine = Machine(name, bench.image, size="", port=8080, health="/healthz", environment={}, secrets={})
    try:
        address = compute.start(machine)
        hold(_is_well(address), f"the machine at {address} does not answer")
        hold(compute.running().get(name) == address, "a machine that runs is not among those that run")
        hold(compute.start(machine) == address, "starting it again gave it another address")
        hold(_is_well(address), "starting it again stopped it")
    finally:
        compute.stop(name)
    hold(name not in compute.running(), "a machine that was stopped is among those that run")
    hold(not _is_well(address), "a machine that was stopped still answers")
    compute.stop(name)


def a_name_points_where_it_was_pointed_last(bench: Bench) -> None:
    """And nowhere before; other names are left alone."""
    names: Names = bench.open(Names)  # type: ignore[type-abstract]
    one, other = f"one.{bench.scratch}.test", f"other.{bench.scratch}.test"
    zone = f"{bench.scratch}.test"
    if names.records(zone) is not None:
        raise NotTriedError(f"there is a zone {zone} already")
    try:
        hold(names.ask(f"never.{zone}") is None, "a name nobody pointed points somewhere")
        names.point(one, "127.0.0.1:1")
        names.point(other, "127.0.0.1:2")
        names.set_ttl(one, 77)
        names.point(one, "127.0.0.1:3")
        hold(names.ask(one) == Told("127.0.0.1:3", 77), "a name does not point where it was pointed last")
        told = names.ask(other)
        hold(told is not None and told.address == "127.0.0.1:2", "pointing one name moved another")
    finally:
        names.forget(zone)
    hold(names.records(zone) is None, "a zone that was taken away is there")


def a_zone_holds_what_it_was_told_to(bench: Bench) -> None:
    """Adopting records replaces every record there was, and what is read can be adopted elsewhere."""
    names: Names = bench.open(Names)  # type: ignore[type-abstract]
    zone = f"{bench.scratch}.test"
    if names.records(zone) is not None:
        raise NotTriedError(f"there is a zone {zone} already")
    lines = (f"mail.{zone}. 900 MX 10 mx.{zone}.", f'{zone}. 300 TXT "v=spf1 -all"', f'{zone}. 300 TXT "two"')
    try:
        names.adopt(zone, ["old." + lines[0], *lines[:1]])
        names.adopt(zone, lines)
        hold(names.records(zone) == tuple(sorted(lines)), "a zone holds other records than it was told to")
        names.point(f"www.{zone}", "127.0.0.1:9")
        whole = names.records(zone) or ()
        names.forget(zone)
        names.adopt(zone, whole)
        hold(names.records(zone) == whole, "what was read of a zone does not make it again")
        hold(names.ask(f"www.{zone}") is not None, "a service's name was lost on the way")
        names.adopt(zone, lines)
        hold(names.ask(f"www.{zone}") is None, "a name that is no longer in its zone still points somewhere")
    finally:
        names.forget(zone)


def _is_well(address: str) -> bool:
    try:
        with urlopen(f"http://{address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
