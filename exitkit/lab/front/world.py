"""Do a change to moto's own S3 state: the same function when it happens and when it is remembered."""

from __future__ import annotations

from bisect import insort
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_api._internal import mock_random
from moto.s3 import models
from moto.s3.models import FakeBucket, FakeDeleteMarker, FakeKey, FakeMultipart, s3_backends

from exitkit.lab.front.index import IndexedKeys
from exitkit.lab.front.kept import Kept, moment
from exitkit.lab.front.memory import Change


class Upload(FakeMultipart):
    """A multipart upload whose id comes from moto's seeded chance, so that a replay invents the same one."""

    def __init__(self, *given: Any, **more: Any) -> None:  # noqa: ANN401
        super().__init__(*given, **more)
        self.id = mock_random.get_random_hex(48)


def take_over() -> None:
    """Have moto make its buckets with keys in order, and its uploads with ids that a replay can repeat."""
    moto: Any = models
    moto._VersionedKeyStore = IndexedKeys
    moto.FakeMultipart = Upload


class World:
    """moto's buckets, and every change that the front makes to them."""

    def __init__(self) -> None:
        self.moto = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
        self._changes = {
            "put": self._put,
            "copy": self._copy,
            "delete": self._delete,
            "delete-version": self._delete_version,
            "upload": self._upload,
            "part": self._part,
            "complete": self._complete,
            "abort": self._abort,
        }

    def bucket(self, name: str) -> FakeBucket | None:
        """A bucket, where there is one."""
        found = self.moto.buckets.get(name)
        return found if isinstance(found, FakeBucket) else None

    def version(self, bucket: FakeBucket, key: str, version: str | None = None) -> FakeKey | FakeDeleteMarker | None:
        """One version of a key, or the last one."""
        versions = bucket.keys.getlist(key) or ()
        if version is None:
            return versions[-1] if versions else None
        return next((each for each in versions if str(each.version_id) == version), None)

    def do(self, change: Change, body: bytes = b"") -> Any:  # noqa: ANN401
        """Carry out one change; answers the object or the marker it made, if any."""
        return self._changes[change["op"]](change, body)

    def _put(self, change: Change, body: bytes | memoryview) -> Kept:
        bucket = self.moto.buckets[change["bucket"]]
        made = Kept(change["key"], bucket.name, body, etag=change["etag"], at=change["at"])
        made.acl = bucket.acl  # type: ignore[assignment]
        if "meta" in change:
            made.say(change["meta"])
        if "told" in change:
            made.told(change["told"])
        if change.get("private"):
            made.acl = Kept.acl
        keys = bucket.keys
        if bucket.is_versioned:
            keys.setlist(made.name, [*(keys.getlist(made.name) or ()), made])
        else:
            keys.setlist(made.name, [made])
        self._tag(made, change.get("tags"))
        return made

    def _tag(self, made: Kept, tags: dict[str, str] | None) -> None:
        """Give an object its tags, and none of those that one of the same name left behind."""
        if tags:
            self.moto.put_object_tagging(made, tags)
        elif self.moto.tagger.tags and self.moto.tagger.has_tags(made.arn):
            self.moto.tagger.delete_all_tags_for_resource(made.arn)

    def _copy(self, change: Change, _: bytes) -> Kept:
        origin = change["from"]
        source: Any = self.version(self.moto.buckets[origin["bucket"]], origin["key"], origin["version"])
        body = source.body if isinstance(source, Kept) else source.value
        made = self._put(change, body)
        made.multipart = source.multipart
        if self.moto.tagger.has_tags(source.arn):
            self.moto.tagger.copy_tags(source.arn, made.arn)
        return made

    def _delete(self, change: Change, _: bytes) -> FakeDeleteMarker | None:
        bucket = self.moto.buckets[change["bucket"]]
        key = change["key"]
        if not bucket.is_versioned:
            bucket.keys.pop(key)
            return None
        marker = FakeDeleteMarker(key=bucket.keys[key])
        FakeDeleteMarker.instances_tracked.pop()  # type: ignore[attr-defined]
        marker._version_id, marker.last_modified = change["marker"], moment(change["at"])
        bucket.keys[key] = marker
        return marker

    def _delete_version(self, change: Change, _: bytes) -> dict[str, str]:
        found: dict[str, str] = self.moto.delete_object(change["bucket"], change["key"], change["version"])[1]
        return found

    def _upload(self, change: Change, _: bytes) -> Upload:
        bucket = self.moto.buckets[change["bucket"]]
        made = Upload(
            change["key"], change["meta"], self.moto.account_id, self.moto.region_name,
            change.get("storage", "STANDARD"), tags={}, acl=None,
        )  # fmt: skip
        Upload.instances_tracked.pop()  # type: ignore[attr-defined]
        made.id = change["upload"]
        bucket.multiparts[made.id] = made
        return made

    def _part(self, change: Change, body: bytes) -> Kept:
        upload = self.moto.buckets[change["bucket"]].multiparts[change["upload"]]
        number = change["number"]
        made = Kept(str(number), change["bucket"], body, etag=change["etag"], at=change["at"])
        made.name = number  # moto names a part by its number
        if number not in upload.parts:
            insort(upload.partlist, number)
        upload.parts[number] = made
        return made

    def _complete(self, change: Change, _: bytes) -> Kept:
        bucket = self.moto.buckets[change["bucket"]]
        upload = bucket.multiparts.pop(change["upload"])
        whole = b"".join([upload.parts[number].value for number in change["parts"]])
        made = self._put({**change, "key": upload.key_name}, whole)
        made.multipart = upload  # type: ignore[assignment]
        self._share(upload, change["parts"], whole)
        made._storage_class = upload.storage or "STANDARD"
        if upload.tags:
            self.moto.put_object_tagging(made, upload.tags)
        if upload.acl is not None:
            made.acl = upload.acl
        return made

    def _share(self, upload: FakeMultipart, numbers: list[int], whole: bytes) -> None:
        """Parts are kept to be read by number: as views into the whole, not beside it."""
        view, at = memoryview(whole), 0
        for number in numbers:
            part = upload.parts[number]
            if isinstance(part, Kept):
                part.body = view[at : at + part.contentsize]
            at += part.contentsize
        for number in set(upload.parts) - set(numbers):
            upload.partlist.remove(number)
            upload.parts.pop(number).dispose()

    def _abort(self, change: Change, _: bytes) -> None:
        del self.moto.buckets[change["bucket"]].multiparts[change["upload"]]
