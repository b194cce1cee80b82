"""Rules about names in files that mean something at one provider only."""

from __future__ import annotations

from collections.abc import Iterator

from exitkit.model.finding import Severity
from exitkit.model.inventory import Spot, TieKind
from exitkit.scan.rules.base import Estate, rule

Found = Iterator[tuple[Spot, str, str]]


def _of(estate: Estate, *kinds: TieKind) -> Iterator[tuple[Spot, str]]:
    return ((one.spot, one.text) for one in estate.inventory.ties if one.kind in kinds)


@rule("LK410", "a provider's own name for a thing", Severity.LOW, "take it from a variable or an output")
def hard_coded_arn(estate: Estate) -> Found:
    """An ARN is written out.

    What it means: the line names an account, a region or a resource of one provider; none of them exists elsewhere.

    Way out: take it from a variable, an output or the environment, so that one place changes.
    """
    yield from ((spot, text, f"{text} is written out") for spot, text in _of(estate, TieKind.ARN))


@rule("LK411", "a provider's address", Severity.MEDIUM, "make the address a setting, under a name that is yours")
def hard_coded_endpoint(estate: Estate) -> Found:
    """The address of a provider's interface is written out.

    What it means: partners, firewalls and programs that know this name must all change on the same day.

    Way out: make the address a setting, and serve it under a name of your own domain.
    """
    yield from ((spot, text, f"{text} is written out") for spot, text in _of(estate, TieKind.ENDPOINT))


@rule("LK412", "an identity the machine gives", Severity.MEDIUM, "let the environment hand over credentials")
def metadata_service(estate: Estate) -> Found:
    """The metadata service of a provider's machines is asked directly.

    What it means: where the program runs elsewhere, nobody answers; and an identity without a key may become a key.

    Way out: let the environment hand over credentials, and keep the question in one place.
    """
    yield from ((spot, text, f"{text} is asked directly") for spot, text in _of(estate, TieKind.METADATA))


@rule("LK413", "a provider's region", Severity.INFO, "take the region from a variable")
def hard_coded_region(estate: Estate) -> Found:
    """The name of a provider's region is written out.

    What it means: the line is wrong everywhere else, also in another region of the same provider.

    Way out: take the region from a variable or the environment.
    """
    yield from ((spot, text, f"the region {text} is written out") for spot, text in _of(estate, TieKind.REGION))


@rule("LK414", "access that depends on the provider", Severity.MEDIUM, "say the rule in terms of your own identities")
def access_condition(estate: Estate) -> Found:
    """A rule of access depends on something only one provider knows, such as `aws:SourceVpc`.

    What it means: the protection it gives does not move with the data; without it, something is open or shut.

    Way out: say the same in terms of your own networks and identities, and test that it holds.
    """
    yield from ((spot, text, f"access depends on {text}") for spot, text in _of(estate, TieKind.CONDITION))


@rule("LK415", "the state lives at the provider", Severity.LOW, "move the state first; it is one `terraform init`")
def state_backend(estate: Estate) -> Found:
    """Terraform keeps its state in a service of the provider that is to be left.

    What it means: without it nothing can be changed or taken down, on the day that matters most.

    Way out: move the state first, to a place that survives the exit: `terraform init -migrate-state`.
    """
    yield from ((spot, text, f"the state is kept in {text}") for spot, text in _of(estate, TieKind.STATE))
