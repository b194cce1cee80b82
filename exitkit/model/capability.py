"""What a component may need of a cloud, and what a cloud says about it."""

from __future__ import annotations

from enum import StrEnum

from exitkit.model.base import Frozen


class Capability(StrEnum):
    """One thing a component may need of a cloud; the prefix is the kind that needs it."""

    NETWORK_PRIVATE = "network.private"
    NETWORK_EGRESS = "network.egress"

    OBJECT_STORE = "object.store"
    OBJECT_VERSIONS = "object.versions"
    OBJECT_RETENTION = "object.retention"
    OBJECT_LIFECYCLE = "object.lifecycle"
    OBJECT_ENCRYPTION = "object.encryption"
    OBJECT_PRIVATE = "object.private"

    POSTGRES_DATABASE = "postgres.database"
    POSTGRES_STANDBY = "postgres.standby"
    POSTGRES_BACKUPS = "postgres.backups"
    POSTGRES_ENCRYPTION = "postgres.encryption"
    POSTGRES_PRIVATE = "postgres.private"

    SERVICE_RUN = "service.run"
    SERVICE_REPLICAS = "service.replicas"
    SERVICE_REPLACEMENT = "service.replacement"
    SERVICE_BALANCER = "service.balancer"
    SERVICE_HEALTH = "service.health"
    SERVICE_TLS = "service.tls"
    SERVICE_IDENTITY = "service.identity"


class Support(StrEnum):
    """Absent is a fact about the world; unmapped is a fact about us."""

    NATIVE = "native"
    WORKAROUND = "workaround"
    ABSENT = "absent"
    UNMAPPED = "unmapped"


class Claim(Frozen):
    """What a provider says about one capability: why, and where that is written (a page and the date it was read).

    `degrades` marks a workaround that gives less than the real thing; `weakens_security` one that opens something.
    """

    support: Support
    why: str
    source: str
    resources: tuple[str, ...] = ()
    degrades: bool = False
    weakens_security: bool = False


UNMAPPED = Claim(support=Support.UNMAPPED, why="not looked at yet", source="-")
