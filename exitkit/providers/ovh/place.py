"""Where components land on OVHcloud."""

from __future__ import annotations

from pydantic import JsonValue

from exitkit.drivers.facts import Size, Sizes, choose, holding
from exitkit.errors import Unsupported
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.cache import Cache
from exitkit.model.kinds.key import Key
from exitkit.model.kinds.network import Network
from exitkit.model.kinds.postgres import Postgres, whole_gib
from exitkit.model.kinds.queue import Queue
from exitkit.model.kinds.secret import Secret
from exitkit.model.kinds.service import Service, certificate_variable
from exitkit.model.placement import Frame, FromRoot, Literally, Placement, RequiredProvider, RootVariable
from exitkit.model.workload import Component, Workload
from exitkit.placing import settle
from exitkit.providers.ovh.files import further

MOST_NODES = 2
"""What the postgres module makes: a node, and a standby."""

LOCATION = """{
  region  = var.region
  zones   = var.zones
  project = var.project
}"""
LOCATION_WITH_VAULT = LOCATION.replace("\n}", "\n  vault   = var.vault\n}")
"""Keys and secrets live in a domain of the account's key service, which is ordered, not made."""


def place(component: Component, within: Workload, sizes: Sizes) -> Placement:
    """One component on the smallest size that holds it. Raises Unsupported where none does."""
    chosen: dict[str, JsonValue] = {}
    notes: list[str] = []
    match component:
        case Postgres():
            chosen, notes = _database(component, sizes)
        case Cache():
            chosen, notes = _cache(component, sizes)
        case Queue() if component.network is None:
            return _queue_on_a_network(component, within)
        case Bucket():
            chosen = _without_key(component)
        case Key():
            chosen = {"rotate": False}
        case _:
            size = choose(component, sizes, title="OVHcloud")
            chosen = {"size": size.name} if size is not None else {}
    return settle(component, within, "ovh", chosen=chosen, notes=notes)


def _without_key(component: Bucket | Postgres) -> dict[str, JsonValue]:
    """No key of the customer's is taken here: the root does not say one, and a remark in it says why."""
    return {"key": None} if component.key else {}


def _queue_on_a_network(queue: Queue, within: Workload) -> Placement:
    """A queue here is a broker on a private network: the first there is, where none is named."""
    networks = within.of(Network)
    if not networks:
        raise Unsupported(
            f"{queue.name} is a private broker at OVHcloud, which needs a network", hint="name one: `network: net`"
        )
    named = queue.model_copy(update={"network": networks[0].name})
    return settle(named, within, "ovh", notes=(f"its broker stands on {networks[0].name}, for no network is named",))


def _cache(cache: Cache, sizes: Sizes) -> tuple[dict[str, JsonValue], list[str]]:
    """The plan that has as many nodes as asked for, or the most there are."""
    most = max(size.nodes for size in sizes.caches)
    nodes = min(1 + cache.replicas, most)
    made = [size for size in sizes.caches if size.nodes == nodes]
    size = holding(cache.name, cache.shape(), made, title="OVHcloud")
    notes = [] if nodes == 1 + cache.replicas else [f"{most - 1} replicas, the most a plan has, not {cache.replicas}"]
    return {"size": size.name, "plan": size.plan, "replicas": nodes - 1}, notes


def _database(postgres: Postgres, sizes: Sizes) -> tuple[dict[str, JsonValue], list[str]]:
    """The cheapest plan that has the nodes and keeps the backups, and the size in it."""
    nodes = 2 if postgres.standby else 1
    made = [size for size in sizes.databases if nodes <= size.nodes <= MOST_NODES]
    fitting = [size for size in made if size.backup_days >= postgres.backup_days]
    if not fitting and "plan" not in postgres.hatch.get("ovh", {}):
        longest = max(size.backup_days for size in made)
        raise Unsupported(
            f"{postgres.name} asks for {postgres.backup_days} days of backups: OVHcloud keeps {longest} in a plan of "
            f"{MOST_NODES} nodes, the most the postgres module makes",
            hint=f"ask for {longest} days, or name a plan under `ovh:`",
        )
    fewest = min((size.nodes for size in fitting), default=MOST_NODES)
    in_plan = [size for size in fitting or made if size.nodes == fewest]
    size = holding(postgres.name, postgres.shape(), in_plan, title="OVHcloud")
    storage = max(size.least_storage_gib, whole_gib(postgres.storage))
    chosen: dict[str, JsonValue] = {
        "size": size.name,
        "plan": size.plan,
        "storage_gib": storage,
        "standby": size.nodes > 1,
    }
    return chosen | _without_key(postgres), list(_differences(postgres, size, storage))


def _differences(postgres: Postgres, size: Size, storage: int) -> list[str]:
    notes = []
    if size.nodes > 1 and not postgres.standby:
        notes.append(
            f"to keep backups for {postgres.backup_days} days OVHcloud asks for plan {size.plan}, "
            f"which has {size.nodes} nodes: a standby comes with it, and is paid for"
        )
    if size.backup_days != postgres.backup_days:
        notes.append(
            f"backups are kept for {size.backup_days} days, as plan {size.plan} says, not {postgres.backup_days}"
        )
    if storage != whole_gib(postgres.storage):
        notes.append(f"{size.name} comes with {storage} GiB of disk, not {whole_gib(postgres.storage)}")
    return notes


def frame(workload: Workload) -> Frame:
    """What the root needs on OVHcloud; instances come from the OpenStack provider, for they need user data."""
    return Frame(
        title="OVHcloud",
        providers=(_OVH, _OPENSTACK) if workload.of(Service) else (_OVH,),
        variables=(
            RootVariable(
                name="project",
                type="string",
                description="Id of the Public Cloud project, which OVHcloud also calls service_name.",
                required=True,
                example="0123456789abcdef0123456789abcdef",
            ),
            RootVariable(
                name="region", type="string", description="Region everything stands in.", default="EU-WEST-PAR"
            ),
            RootVariable(
                name="zones",
                type="list(string)",
                description="Availability zones of that region; empty in a region of one zone.",
                default=["eu-west-par-a", "eu-west-par-b"],
            ),
            RootVariable(
                name="ovh_endpoint", type="string", description="API of OVHcloud to speak to.", default="ovh-eu"
            ),
            *((_VAULT,) if _has_vault(workload) else ()),
            *(_certificate(service) for service in workload.of(Service) if service.tls and service.public),
        ),
        locals={
            "location": FromRoot(expression=LOCATION_WITH_VAULT if _has_vault(workload) else LOCATION),
            "tags": Literally(value={"Workload": workload.name, "ManagedBy": "terraform"}),
        },
        credentials=tuple(_credentials(workload)),
        steps_before=tuple(_steps(workload)),
        files=further(workload),
    )


_VAULT = RootVariable(
    name="vault",
    type="string",
    description="Id of the account's KMS domain (ovh_okms), which holds keys and secrets.",
    required=True,
    example="01234567-89ab-cdef-0123-456789abcdef",
)


def _has_vault(workload: Workload) -> bool:
    return any(isinstance(part, Key | Secret) for part in workload.components)


_OVH = RequiredProvider(
    name="ovh",
    source="ovh/ovh",
    version="~> 2.19",
    settings={"endpoint": FromRoot(expression="var.ovh_endpoint")},
)
_OPENSTACK = RequiredProvider(
    name="openstack",
    source="terraform-provider-openstack/openstack",
    version="~> 3.4",
    settings={
        "auth_url": Literally(value="https://auth.cloud.ovh.net/v3/"),
        "domain_name": Literally(value="Default"),
        "tenant_id": FromRoot(expression="var.project"),
        "region": FromRoot(expression="var.region"),
    },
)


def _certificate(service: Service) -> RootVariable:
    return RootVariable(
        name=certificate_variable(service),
        type="string",
        description=f"Reference of the Barbican secret that holds the PKCS#12 bundle {service.name} serves.",
        required=True,
        example="https://key-manager.eu-west-par.cloud.ovh.net/v1/secrets/01234567-89ab-cdef-0123-456789abcdef",
    )


def _credentials(workload: Workload) -> list[str]:
    told = [
        "The provider ovh reads `OVH_CLIENT_ID` and `OVH_CLIENT_SECRET` (a service account), or `OVH_APPLICATION_KEY`, "
        "`OVH_APPLICATION_SECRET` and `OVH_CONSUMER_KEY`."
    ]
    if workload.of(Service):
        told.append("The provider openstack reads `OS_USERNAME` and `OS_PASSWORD` of a user of the project.")
    return told


def _steps(workload: Workload) -> list[str]:
    steps = ["Order a Public Cloud project, and note its id."]
    if _has_vault(workload):
        steps.append("Order a KMS domain in the region, which is billed by the key, and note its id.")
    if workload.of(Network):
        steps.append("Attach the project to a vRack: private networks live in one.")
    if services := workload.of(Service):
        steps.append("Make an OpenStack user in the project first: Terraform signs in as that user.")
        if any(service.tls and service.public for service in services):
            steps.append(
                "Put each certificate with its key and chain, as a PKCS#12 bundle, into Barbican; note its URL."
            )
        steps.append("Put the container images in a registry that can be read without a login.")
    if workload.of(Bucket):
        steps.append("Bucket names are unique among all customers: where one is taken, change `name` in main.tf.")
    if any(isinstance(part, Bucket | Postgres) for part in workload.components):
        steps.append(
            "Keep the state where only the team reads it: it holds the passwords and S3 keys that OVHcloud makes."
        )
    return steps
