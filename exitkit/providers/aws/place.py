"""Where components land on AWS."""

from __future__ import annotations

from pydantic import JsonValue

from exitkit.drivers.facts import Size, Sizes, choose
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.key import Key
from exitkit.model.kinds.postgres import Postgres, whole_gib
from exitkit.model.kinds.service import Service, certificate_variable
from exitkit.model.placement import Frame, FromRoot, Literally, Placement, RequiredProvider, RootVariable
from exitkit.model.workload import Component, Workload
from exitkit.placing import settle
from exitkit.providers.aws.files import further

REGION = "eu-west-3"
LEAST_STORAGE_GIB = 20
"""The floor of gp3 storage for RDS."""

LOCATION = """{
  region  = var.region
  zones   = var.zones
  project = null
}"""


def place(component: Component, within: Workload, sizes: Sizes) -> Placement:
    """One component on the smallest size that holds it. Raises Unsupported where none does."""
    size = choose(component, sizes, title="AWS")
    chosen: dict[str, JsonValue] = {"size": size.name} if size is not None else {}
    if isinstance(component, Postgres):
        chosen["storage_gib"] = max(LEAST_STORAGE_GIB, whole_gib(component.storage))
    if isinstance(component, Key):
        chosen["deletion_protection"] = None  # KMS waits, and takes the order back: there is nothing to switch
    return settle(component, within, "aws", chosen=chosen, notes=_shared(size))


def _shared(size: Size | None) -> tuple[str, ...]:
    if size is None or not size.shared:
        return ()
    return (f"{size.name} shares its processors; load that lasts is paid for extra",)


def frame(workload: Workload) -> Frame:
    """What the root needs on AWS."""
    return Frame(
        title="AWS",
        providers=(
            RequiredProvider(
                name="aws",
                source="hashicorp/aws",
                version="~> 5.100",
                settings={"region": FromRoot(expression="var.region")},
                blocks={"default_tags": {"tags": FromRoot(expression="local.tags")}},
            ),
        ),
        variables=(
            RootVariable(name="region", type="string", description="Region everything stands in.", default=REGION),
            RootVariable(
                name="zones",
                type="list(string)",
                description="Availability zones of that region, two or more.",
                default=["eu-west-3a", "eu-west-3b"],
            ),
            *(_certificate(service) for service in workload.of(Service) if service.tls and service.public),
        ),
        locals={
            "location": FromRoot(expression=LOCATION),
            "tags": Literally(value={"Workload": workload.name, "ManagedBy": "terraform"}),
        },
        credentials=(
            "Terraform reads AWS credentials from where the AWS command line does: `AWS_PROFILE`, or "
            "`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`. Prefer credentials that expire.",
        ),
        steps_before=tuple(_steps(workload)),
        files=further(workload, REGION),
        mocks={"*": dict.fromkeys(("arn", "key_arn", "role_arn"), _ARN), **_SHAPES},
        tested_by="apply",
    )


_ARN = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
_SHAPES: dict[str, dict[str, JsonValue]] = {
    "aws_db_instance": {"master_user_secret": [{"kms_key_id": _ARN, "secret_arn": _ARN, "secret_status": "active"}]},
    "aws_eks_cluster": {"certificate_authority": [{"data": "bW9jaw=="}]},
    "aws_launch_template": {"id": "lt-0123456789abcdef0"},
    "aws_iam_role": {"arn": "arn:aws:iam::123456789012:role/mock"},
    "aws_iam_instance_profile": {"arn": "arn:aws:iam::123456789012:instance-profile/mock"},
}
"""What the provider checks by its shape, for tests with a mocked provider."""


def _certificate(service: Service) -> RootVariable:
    return RootVariable(
        name=certificate_variable(service),
        type="string",
        description=f"ARN of the ACM certificate that {service.name} serves, in the same region.",
        required=True,
        example="arn:aws:acm:eu-west-3:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef",
    )


def _steps(workload: Workload) -> list[str]:
    steps = []
    if any(service.tls and service.public for service in workload.of(Service)):
        steps.append("Ask ACM for a certificate in this region and prove that the name is yours; note its ARN.")
    if workload.of(Service):
        steps.append("Put the container images in a registry that can be read without a login.")
    if workload.of(Bucket):
        steps.append("Bucket names are unique among all customers: where one is taken, change `name` in main.tf.")
    return steps
