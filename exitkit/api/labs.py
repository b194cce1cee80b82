"""Start and stop the lab that stays up, and tell other programs how to reach it."""

from __future__ import annotations

from exitkit.api.staged import STAYING_LAB
from exitkit.lab.lab import Lab


def lab_up() -> Lab:
    """Start the lab of this folder; harmless where it is up. Raises OutsideError, MissingExtra."""
    lab = Lab(STAYING_LAB)
    lab.start(owned=False)
    return lab


def lab_down(*, forget: bool) -> bool:
    """Stop it; answers whether it was up. With `forget` everything in it is removed."""
    lab = Lab(STAYING_LAB)
    was_up = lab.up
    lab.stop()
    if forget:
        lab.forget()
    return was_up


def lab_env(provider: str) -> dict[str, str]:
    """What other programs need to reach one side: the names that AWS's and PostgreSQL's own tools look for."""
    settings = Lab(STAYING_LAB).settings(provider)
    values, secrets = settings.values, settings.secrets
    return {
        "AWS_ENDPOINT_URL": values["s3-endpoint"],
        "AWS_REGION": values["s3-region"],
        "AWS_ACCESS_KEY_ID": values["s3-access-key"],
        "AWS_SECRET_ACCESS_KEY": secrets["s3-secret-key"].reveal(),
        "PGHOST": values["postgres-host"],
        "PGPORT": values["postgres-port"],
        "PGUSER": values["postgres-user"],
        "PGPASSWORD": secrets["postgres-password"].reveal(),
    }
