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
    OBJECT_CUSTOMER_KEY = "object.customer-key"

    POSTGRES_DATABASE = "postgres.database"
    POSTGRES_STANDBY = "postgres.standby"
    POSTGRES_BACKUPS = "postgres.backups"
    POSTGRES_ENCRYPTION = "postgres.encryption"
    POSTGRES_PRIVATE = "postgres.private"
    POSTGRES_CUSTOMER_KEY = "postgres.customer-key"

    SERVICE_RUN = "service.run"
    SERVICE_REPLICAS = "service.replicas"
    SERVICE_REPLACEMENT = "service.replacement"
    SERVICE_BALANCER = "service.balancer"
    SERVICE_HEALTH = "service.health"
    SERVICE_TLS = "service.tls"
    SERVICE_IDENTITY = "service.identity"
    SERVICE_SECRETS = "service.secrets"
    SERVICE_PRIVATE = "service.private"

    QUEUE_SEND_RECEIVE = "queue.send-receive"
    QUEUE_VISIBILITY = "queue.visibility"
    QUEUE_DEAD_LETTER = "queue.dead-letter"

    SECRET_STORE = "secret.store"  # noqa: S105 - a capability, not a secret
    SECRET_ROTATION = "secret.rotation"  # noqa: S105 - a capability, not a secret

    KEY_ENCRYPT = "key.encrypt"
    KEY_ROTATION = "key.rotation"

    DOMAIN_ZONE = "domain.zone"
    DOMAIN_RECORDS = "domain.records"
    DOMAIN_ALIAS = "domain.alias"

    ALARM_WATCH = "alarm.watch"
    ALARM_NOTIFY = "alarm.notify"

    CACHE_STORE = "cache.store"
    CACHE_REPLICAS = "cache.replicas"
    CACHE_ENCRYPTION = "cache.encryption"

    CLUSTER_KUBERNETES = "cluster.kubernetes"
    CLUSTER_AUTOSCALING = "cluster.autoscaling"
    CLUSTER_IDENTITY = "cluster.identity"


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
