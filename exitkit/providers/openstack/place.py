"""Where components land on plain OpenStack."""

from __future__ import annotations

from pydantic import JsonValue

from exitkit.drivers.facts import Sizes, choose, why_not
from exitkit.errors import Unsupported
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.network import Network
from exitkit.model.kinds.service import Service, certificate_variable
from exitkit.model.placement import Frame, FromRoot, Literally, Placement, RequiredProvider, RootVariable
from exitkit.model.workload import Component, Workload
from exitkit.placing import settle

LOCATION = """{
  region  = var.region
  zones   = var.zones
  project = null
}"""


def place(component: Component, within: Workload, sizes: Sizes) -> Placement:
    """One component on the smallest flavor that holds it. Raises Unsupported for a kind that has no module here."""
    chosen: dict[str, JsonValue] = {}
    notes: tuple[str, ...] = ()
    match component:
        case Network():
            pass
        case Bucket():
            chosen = {"key": None} if component.key else {}
        case Service():
            chosen, notes = _flavor(component, sizes)
        case _:
            why = why_not(component, __package__)
            raise Unsupported(f"{component.name}: {why}", hint="run it yourself, or leave it where it is")
    return settle(component, within, "openstack", chosen=chosen, notes=notes)


def _flavor(service: Service, sizes: Sizes) -> tuple[dict[str, JsonValue], tuple[str, ...]]:
    """The flavor, which is a guess at a name until the workload says its own."""
    if "size" in service.hatch.get("openstack", {}):
        return {}, ()
    size = choose(service, sizes, title="OpenStack")
    if size is None:
        return {}, ()
    return {"size": size.name}, (
        f"{size.name} is a flavor many clouds have: say `openstack: {{size: ...}}` where yours names another",
    )


def frame(workload: Workload) -> Frame:
    """What the root needs on plain OpenStack; who signs in, and where, stays in the environment."""
    return Frame(
        title="OpenStack",
        providers=(_OPENSTACK,),
        variables=(
            RootVariable(
                name="region",
                type="string",
                description="Region everything stands in, as the cloud spells it.",
                required=True,
                example=REGION,
            ),
            RootVariable(
                name="zones",
                type="list(string)",
                description="Availability zones to spread over; empty leaves the choice to the cloud.",
                default=[],
            ),
            *(_certificate(service) for service in workload.of(Service) if service.tls and service.public),
        ),
        locals={
            "location": FromRoot(expression=LOCATION),
            "tags": Literally(value={"Workload": workload.name, "ManagedBy": "terraform"}),
        },
        credentials=(
            "The provider openstack reads `OS_AUTH_URL`, `OS_PROJECT_ID` (or `OS_PROJECT_NAME` and its domain), and "
            "`OS_USERNAME`, `OS_USER_DOMAIN_NAME` and `OS_PASSWORD` of a user of the project; or `OS_CLOUD`, which "
            "names an entry of a clouds.yaml.",
        ),
        steps_before=tuple(_steps(workload)),
        mocks={"data.openstack_identity_auth_scope_v3": {"service_catalog": [_OBJECTS]}},
    )


REGION = "RegionOne"
"""What DevStack calls its one region."""

_OBJECTS: dict[str, JsonValue] = {
    "id": "1",
    "name": "swift",
    "type": "object-store",
    "endpoints": [
        {"id": "1", "interface": "public", "region": REGION, "region_id": REGION, "url": "https://objects.example/v1"}
    ],
}
"""Where objects are, for tests with a mocked catalogue."""

_OPENSTACK = RequiredProvider(
    name="openstack",
    source="terraform-provider-openstack/openstack",
    version="~> 3.4",
    settings={"region": FromRoot(expression="var.region")},
)


def _certificate(service: Service) -> RootVariable:
    return RootVariable(
        name=certificate_variable(service),
        type="string",
        description=f"Reference of the Barbican secret that holds the PKCS#12 bundle {service.name} serves.",
        required=True,
        example="https://key-manager.example/v1/secrets/01234567-89ab-cdef-0123-456789abcdef",
    )


def _steps(workload: Workload) -> list[str]:
    steps = ["Ask for a project with the roles of a member, and for load-balancer_member where Octavia wants it."]
    if workload.of(Bucket):
        steps.append("Apply as a user whose S3 keys services may have: a bucket comes with keys of whoever applies.")
    if workload.of(Service):
        steps.append("See that the cloud has the flavor and the image that are named (`openstack flavor list`).")
        if any(service.tls and service.public for service in workload.of(Service)):
            steps.append(
                "Put each certificate with its key and chain, as a PKCS#12 bundle, into Barbican; note its URL."
            )
    return steps
