"""Plant what is sealed, turn the source's key service off, read everything at the target with what is left."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from exitkit.errors import OutsideError
from exitkit.model.custody import CUSTODY, PlantSealed, ReadEverything, RemoveSealed, TurnOffKeys, TurnOnKeys
from exitkit.model.evidence import Verdict
from exitkit.model.journal import Result
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.key import Key
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.secret import Secret
from exitkit.ports import Blob
from exitkit.ports.drill import Drill
from exitkit.ports.sealer import WRAP, Sealer
from exitkit.rehearsal.world import World, placed_name

FOLDER = "exitkit-custody/"
"""What the keys of planted objects begin with."""

_LISTED = 100
_SERVICE = "kms"


def is_off(step: TurnOffKeys | TurnOnKeys, world: World) -> bool:
    """Whether the key service is off."""
    return _drill(world).is_off(step.at, _SERVICE)


def plant(step: PlantSealed, world: World) -> Result:
    """Write one object sealed under the key's custody into a bucket at the source, and open it once to see it can be.

    K4 is sealed with the owner's key; K0 to K3 with a key that the provider's key service has to open.
    """
    key = _key(step.component, world)
    sealer = _sealer(key, world)
    body = f"sealed under {key.name}, custody {key.custody}\n".encode()
    blob = sealer.seal(body, key=key.name)
    if sealer.unseal(blob) != body:
        raise OutsideError(f"what was sealed under {key.name} is not what is opened")
    bucket = _bucket(key, world)
    place = world.place(step.at, bucket.name)
    place.store.put(place.bucket, FOLDER + key.name, blob)
    planted = {"sha256": hashlib.sha256(body).hexdigest(), "custody": key.custody, "bucket": bucket.name}
    (world.folder / f"sealed-{key.name}.json").write_text(json.dumps(planted, sort_keys=True))
    told = f"{bucket.name}/{FOLDER}{key.name}: {key.custody}, {CUSTODY[key.custody]}; sha256 {planted['sha256']}"
    return Result(evidence=(world.measured("sealed objects planted", 1, "objects", step.id),), details=(told,))


def remove(step: RemoveSealed, world: World) -> Result:
    """Remove the planted object; harmless where there is none."""
    key = _key(step.component, world)
    place = world.place(step.at, _bucket(key, world).name)
    if place.store.exists(place.bucket):
        place.store.delete(place.bucket, FOLDER + key.name)
    return Result()


def turn_off(step: TurnOffKeys, world: World) -> Result:
    """Turn the key service off, and ask it to make a key, which it has to refuse."""
    _drill(world).turn_off(step.at, _SERVICE)
    if world.key_service is None:
        raise OutsideError(f"{step.at} has no key service here")
    try:
        world.key_service.seal(b"is it off?", key="exitkit-asks")
    except OutsideError as refused:
        evidence = (world.measured("requests the key service refused", 1, "requests", step.id),)
        return Result(evidence=evidence, details=(refused.message,))
    raise OutsideError(f"the key service of {step.at} was turned off, and still answers")


def turn_on(step: TurnOnKeys, world: World) -> Result:
    """Turn it on again."""
    _drill(world).turn_on(step.at, _SERVICE)
    return Result()


def read(step: ReadEverything, world: World) -> Result:
    """Read every object or row with what is left; what only the source's key service can open counts as unreadable."""
    component = world.component(step.component)
    if isinstance(component, Postgres):
        rows = sum(1 for _ in world.side(step.at).databases.fingerprints(component.database))
        verdict = Verdict.PASS if rows else Verdict.UNKNOWN
        return Result(evidence=(world.measured("rows readable", rows, "rows", step.id),), verdict=verdict)
    if isinstance(component, Secret):
        return _read_secret(step, world)
    place = world.place(step.at, step.component)
    counted: Counter[str] = Counter()
    told: list[str] = []
    for found in place.store.listing(place.bucket):
        state, words = _opened(found.key, place.store.get(place.bucket, found.key), world)
        counted[state] += 1
        told += [words] if words else []
    unreadable = counted["objects unreadable"]
    states = ("objects readable", "objects readable with the owner's key", "objects unreadable")
    evidence = tuple(world.measured(state, counted[state], "objects", step.id) for state in states)
    verdict = Verdict.FAIL if unreadable else Verdict.PASS if counted else Verdict.UNKNOWN
    return Result(evidence=evidence, verdict=verdict, details=tuple(told[:_LISTED]))


def _read_secret(step: ReadEverything, world: World) -> Result:
    """Ask the target's store for a secret; neither it nor any digest of it is written anywhere."""
    side = world.side(step.at)
    if side.vault is None:
        return Result(verdict=Verdict.UNKNOWN, details=(f"{step.at} has no store of secrets that we can reach",))
    readable = side.vault.get(placed_name(side.landing, step.component)) is not None
    evidence = (
        world.measured("secrets readable", int(readable), "secrets", step.id),
        world.measured("secrets unreadable", int(not readable), "secrets", step.id),
    )
    return Result(evidence=evidence, verdict=Verdict.PASS if readable else Verdict.FAIL)


def _opened(key: str, blob: Blob, world: World) -> tuple[str, str]:
    """How an object was read, and words on it where it was sealed."""
    wrap = blob.metadata.get(WRAP)
    if wrap is None:
        return "objects readable", ""
    sealer = next((one for one in (world.key_service, world.own_key) if one is not None and one.wrap == wrap), None)
    if sealer is None:
        return "objects unreadable", f"{key}: sealed with {wrap}, which nobody here can open"
    try:
        body = sealer.unseal(blob)
    except OutsideError as error:
        return "objects unreadable", f"{key}: sealed under the source's key service: {error.message}"
    digest = hashlib.sha256(body).hexdigest()
    planted = world.folder / f"sealed-{key.removeprefix(FOLDER)}.json"
    if key.startswith(FOLDER) and planted.exists() and json.loads(planted.read_text())["sha256"] != digest:
        return "objects unreadable", f"{key}: opened, and not what was sealed"
    return "objects readable with the owner's key", f"{key}: opened with the owner's key; sha256 {digest}"


def _key(name: str, world: World) -> Key:
    found = world.component(name)
    if not isinstance(found, Key):
        raise OutsideError(f"{name} is a {found.kind}, and not a key")
    return found


def _bucket(key: Key, world: World) -> Bucket:
    """A bucket that the key is for, else the first there is."""
    buckets = world.plan.workload.of(Bucket)
    if not buckets:
        raise OutsideError("there is no bucket to keep a sealed object in")
    return next((one for one in buckets if one.key == key.name), buckets[0])


def _sealer(key: Key, world: World) -> Sealer:
    found = world.own_key if key.custody == "K4" else world.key_service
    if found is None:
        raise OutsideError(f"nothing here can seal under {key.name} ({key.custody})")
    return found


def _drill(world: World) -> Drill:
    if world.drill is None:
        raise OutsideError("a key service is turned off in a lab only; on a real account its owner disables the keys")
    return world.drill
