"""What a bucket's own settings became: the same, the same in other words, less, nothing, or nobody knows."""

from __future__ import annotations

import pytest

from exitkit.ports import SETTINGS
from exitkit.transfer.fidelity import Kept, settings

_RULE = "<Rule><ID>a</ID><Status>Enabled</Status><Expiration><Days>30</Days></Expiration></Rule>"
_OTHER = "<Rule><Status>Enabled</Status><ID>b</ID></Rule>"


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        ("<a>1</a>", "<a>1</a>", Kept.EQUAL),
        ("", "", Kept.EQUAL),
        ("<a>1</a>", "", Kept.LOST),
        ("", "<a>1</a>", Kept.DEGRADED),
        ("<a>1</a>", "<a>2</a>", Kept.DEGRADED),
        (None, "", Kept.UNKNOWN),
        ("", None, Kept.UNKNOWN),
        (f"<L>{_RULE}{_OTHER}</L>", f'<L xmlns="x">{_OTHER} {_RULE}</L>', Kept.TRANSLATED),
        (f"<L>{_RULE}{_OTHER}</L>", f"<L>{_RULE}</L>", Kept.DEGRADED),
        ('{"Resource": "arn:aws:s3:::src/*", "Action": ["b", "a"]}',
         '{"Action":["a","b"],"Resource":["arn:aws:s3:::dst/*"]}', Kept.TRANSLATED),
        ('{"Resource": "arn:aws:s3:::src/*"}', '{"Resource": "arn:aws:s3:::other/*"}', Kept.DEGRADED),
        ('{"Resource": "arn:aws:s3:::src-logs/*"}', '{"Resource": "arn:aws:s3:::dst-logs/*"}', Kept.DEGRADED),
        ("Enabled", "Suspended", Kept.DEGRADED),
        ("<not xml", "<nor this", Kept.DEGRADED),
    ],
)  # fmt: skip
def test_a_setting_is_kept_in_one_of_five_ways(one: str | None, other: str | None, kept: Kept) -> None:
    assert settings({"policy": one}, {"policy": other}, buckets=("src", "dst"))["policy"] is kept


def test_what_a_side_does_not_tell_is_unknown_and_never_left_out() -> None:
    assert settings({}, {}) == dict.fromkeys(SETTINGS, Kept.UNKNOWN)
