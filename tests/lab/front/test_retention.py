"""Object locks go along to a bucket that has them; where it has none, the journal says what was not kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from exitkit.drivers.s3 import S3Store
from exitkit.lab.alone import Alone
from exitkit.ports import Secret
from exitkit.transfer.copy import Place, copy
from exitkit.transfer.journal import Journal
from exitkit.transfer.one import Rules

pytestmark = pytest.mark.lab


@pytest.mark.parametrize("locks", [True, False])
def test_a_lock_is_kept_where_the_target_has_them(store: Alone, front: Any, tmp_path: Path, locks: bool) -> None:
    origin, to = f"locked-{locks}".lower(), f"target-{locks}".lower()
    front.create_bucket(Bucket=origin, ObjectLockEnabledForBucket=True)
    front.create_bucket(Bucket=to, ObjectLockEnabledForBucket=locks)
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}
    front.put_object(Bucket=origin, Key="held", Body=b"held", ChecksumAlgorithm="SHA256", **lock)
    account = S3Store(
        store.url, region="us-east-1", access_key=store.access_key, secret_key=Secret.of(store.secret_key)
    )

    with Journal(tmp_path / "j", origin="a", to="b") as journal:
        tally = copy(Place("a", account, origin), Place("b", account, to), journal, rules=Rules(retention=True))
        fact = journal.get("held")

    assert (tally.objects, tally.refusals) == (1, 0)
    assert fact is not None
    found = front.head_object(Bucket=to, Key="held")
    assert found.get("ObjectLockMode") == ("GOVERNANCE" if locks else None)
    assert found.get("ObjectLockRetainUntilDate") == (until if locks else None)
    lost = [] if locks else ["x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date"]
    assert json.loads(fact.attributes).get("not kept", []) == lost
