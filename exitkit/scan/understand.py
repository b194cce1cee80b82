"""From what readers saw to what it is: service, class, counterpart, effort, key custody; unknown stays unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from exitkit.model.inventory import Custody, Effort, Portability, Resource, Spot
from exitkit.scan.catalogue import Catalogue, Service
from exitkit.scan.seen import Seen
from exitkit.units import Bytes

_UNIT = {"GiB": 2**30, "MiB": 2**20}
_CUSTODY = {
    "aws_kms_key": Custody.K1,
    "aws_kms_replica_key": Custody.K1,
    "aws_kms_alias": Custody.UNKNOWN,
    "aws_kms_external_key": Custody.K2,
    "aws_kms_replica_external_key": Custody.K2,
    "azurerm_key_vault_key": Custody.K1,
    "google_kms_crypto_key": Custody.K1,
    "AWS::KMS::Key": Custody.K1,
}
_SSE = "aws_s3_bucket_server_side_encryption_configuration"
_SSE_KEY = "rule.apply_server_side_encryption_by_default.kms_master_key_id"


def merged(told: Iterable[Seen]) -> list[Seen]:
    """Each resource once: what a state or a plan tells of one in the same folder is added to what its source says."""
    found: dict[tuple[str, str], Seen] = {}
    rank = {"terraform": 0, "state": 1, "plan": 2}
    for seen in sorted(told, key=lambda one: rank.get(one.reader, 3)):
        if seen.reader == "cloudformation":
            found[(seen.file, seen.address)] = seen
            continue
        first = found.setdefault((seen.folder, seen.address), seen)
        if first is not seen:
            _enrich(first, seen)
    return list(found.values())


def _enrich(first: Seen, more: Seen) -> None:
    if first.instances is None and more.instances is not None:
        first.instances = more.instances
        first.unclear = [one for one in first.unclear if not one.startswith("how many")]
    if first.region is None and more.region is not None:
        first.region = more.region
        first.unclear = [one for one in first.unclear if not one.startswith("where")]
    for path, value in more.attributes.items():
        if path not in first.attributes:
            first.attributes[path] = value
            first.references.pop(path, None)


class _Judge:
    """Looks each resource up, remembering which service was met before: the next of a kind takes less."""

    def __init__(self, catalogue: Catalogue, all_seen: Sequence[Seen]) -> None:
        self._catalogue = catalogue
        self._by_address = {(one.folder, one.address): one for one in all_seen}
        self._bucket_keys = {
            (one.folder, bucket): one for one in all_seen if one.type == _SSE for bucket in _buckets(one)
        }
        self._met: set[Service] = set()
        self._mains: set[Service] = set()

    def prepare(self, all_seen: Sequence[Seen]) -> None:
        """Learn which services have a main resource; where none has, the first part takes the effort."""
        for seen in all_seen:
            _, found = self._type(seen)
            if found is not None and found[1] and seen.instances != 0:
                self._mains.add(found[0])

    def _type(self, seen: Seen) -> tuple[str, tuple[Service, bool, bool] | None]:
        """Its Terraform type, and its service, whether it is the main thing, and whether the type is a listed one."""
        if seen.reader == "cloudformation":
            kind, found = self._catalogue.from_cloudformation(seen.type)
        else:
            kind, found = seen.type, self._catalogue.type_of(seen.type)
        if found is None:
            return kind or seen.type, None
        service = self._catalogue.refined(kind or "", seen.attributes, found.service)
        return kind or seen.type, (service, found.main, found.listed)

    def resource(self, seen: Seen) -> Resource:
        """What one resource is."""
        kind, found = self._type(seen)
        spot = Spot(file=seen.file, line=seen.at[0], column=seen.at[1], end_line=seen.at[2] or None)
        store = self._catalogue.stores.get(kind)
        unclear = list(seen.unclear)
        service, main, listed = found or (None, False, False)
        known = service is not None and listed
        if service is not None and not listed:
            unclear.append("the type is not in the provider's schema of the catalogue: it may be newer")
        return Resource(
            address=seen.address,
            type=seen.type,
            reader=seen.reader,
            spot=spot,
            provider=service.provider if service else kind.partition("_")[0].partition("::")[0].lower(),
            service=service.name if service else None,
            category=service.category if service else "",
            portability=service.portability if service and known else Portability.UNKNOWN,
            counterpart=service.counterpart if service and known else None,
            effort=self._effort(service, seen, main=main) if service and known else None,
            region=seen.region,
            instances=seen.instances,
            part=not main,
            stores_data=store is not None,
            size=_size(seen, store) if store else None,
            custody=self._custody(seen, store) if store else None,
            note=service.note if service and known else "",
            unclear=tuple(unclear),
        )

    def _effort(self, service: Service, seen: Seen, *, main: bool) -> Effort | None:
        count = 1 if seen.instances is None else seen.instances
        if service.effort is None or not count or (not main and service in self._mains):
            return None
        if not main and service in self._met:
            return None
        share = self._catalogue.next_share
        times = share * count if service in self._met else 1 + share * (count - 1)
        self._met.add(service)
        whole = service.effort
        return Effort(
            low=_tenths(whole.low * times),
            likely=_tenths(whole.likely * times),
            high=_tenths(whole.high * times),
            basis=whole.basis,
            source=whole.source,
        )

    def _custody(self, seen: Seen, store: Mapping[str, str]) -> Custody:
        path = store["key"]
        if seen.type == "aws_s3_bucket" and (other := self._bucket_keys.get((seen.folder, seen.address))):
            return self._of_key(other, _SSE_KEY, Custody.K0)
        return self._of_key(seen, path, Custody(store["default_custody"]))

    def _of_key(self, seen: Seen, path: str, otherwise: Custody) -> Custody:
        said = seen.attributes.get(path)
        if isinstance(said, str):
            return Custody.K0 if "alias/aws/" in said else Custody.UNKNOWN
        if path not in seen.references:
            return otherwise
        for name in seen.references[path]:
            key = self._by_address.get((seen.folder, name))
            if key is not None and key.type in _CUSTODY:
                return _of_customer(key)
        return Custody.UNKNOWN


def _of_customer(key: Seen) -> Custody:
    """Who made a customer's key, and where it is kept; what a custom store is made of is said elsewhere."""
    if key.attributes.get("origin") == "EXTERNAL_KEY_STORE":
        return Custody.K3
    if "custom_key_store_id" in key.references or "custom_key_store_id" in key.attributes:
        return Custody.UNKNOWN
    return Custody.K2 if key.attributes.get("origin") == "EXTERNAL" else _CUSTODY[key.type]


def understand(all_seen: Sequence[Seen], catalogue: Catalogue) -> tuple[Resource, ...]:
    """Every resource, in order of place."""
    ordered = sorted(all_seen, key=lambda one: (one.file, one.at, one.address))
    judge = _Judge(catalogue, ordered)
    judge.prepare(ordered)
    return tuple(judge.resource(seen) for seen in ordered)


def _buckets(configuration: Seen) -> Sequence[str]:
    return configuration.references.get("bucket", ())


def _size(seen: Seen, store: Mapping[str, str]) -> Bytes | None:
    said = seen.attributes.get(store["size"]) if store["size"] else None
    if isinstance(said, bool) or not isinstance(said, int | float) or said <= 0 or said > 10**9:
        return None
    times = seen.instances if seen.reader in {"terraform", "cloudformation"} else 1
    return None if times is None else Bytes(int(said * _UNIT[store["unit"]])) * times


def _tenths(days: Decimal) -> Decimal:
    return days.quantize(Decimal("0.1"))
