"""Laws of D3: shares are shares, sums are sums, and what is worse is told as worse."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitkit.lockin.counted import Counted
from exitkit.lockin.rewriting import rewriting
from exitkit.model.evidence import Basis
from exitkit.model.infrastructure import OVERRIDES, Infrastructure, Origin, Resource
from exitkit.model.report import Dimension
from tests.unit.lockin.test_observed import counted

law = settings(max_examples=80, deadline=None)
COVERED, LOST = ("aws_s3_bucket", "dossiers"), ("aws_sns_topic", "errors")
OTHER = ("aws_unheard_of", "dossiers")
KINDS = {"aws": (COVERED, LOST, OTHER), "ovh": (("ovh_cloud_project_storage", "dossiers"), ("ovh_other", "register"))}
RHO = "attributes at the target that the description does not give (ρ)"


def resource(label: str, place: int, kind: tuple[str, str], instances: int, origins: dict[Origin, int]) -> Resource:
    name, component = kind
    return Resource(
        address=f"module.{component}.{name}.r{place}",
        type=name,
        component=component,
        instances=instances,
        attributes=origins,
        source=f"{label}/modules/x/main.tf:{place + 1}",
    )


@st.composite
def side(draw: st.DrawFn, label: str) -> Infrastructure:
    origins = st.dictionaries(st.sampled_from(list(Origin)), st.integers(1, 9))
    rows = draw(st.lists(st.tuples(st.sampled_from(KINDS[label]), st.integers(1, 5), origins), min_size=1, max_size=8))
    made = tuple(resource(label, place, *row) for place, row in enumerate(rows))
    basis = draw(st.sampled_from([Basis.COMPUTED, Basis.MEASURED]))
    return Infrastructure(basis=basis, source=f"{label} as it is", resources=made)


def told(here: Infrastructure, there: Infrastructure) -> tuple[dict[str, Decimal], Dimension]:
    known: Counted = replace(counted(), infrastructure={"aws": here, "ovh": there})
    found = rewriting(known)
    return {one.what: one.value for one in found.figures}, found


def rho(figures: dict[str, Decimal], end: str) -> Decimal:
    return figures.get(RHO, figures.get(f"{RHO}, {end}", Decimal(0)))


def more(side: Infrastructure, kind: tuple[str, str], origins: dict[Origin, int]) -> Infrastructure:
    extra = resource(side.source.split()[0], 99, kind, 1, origins)
    return side.model_copy(update={"resources": (*side.resources, extra)})


@law
@given(side("aws"), side("ovh"))
def test_shares_are_shares_and_sums_are_sums(here: Infrastructure, there: Infrastructure) -> None:
    figures, found = told(here, there)

    assert all(0 <= one.value <= 1 for one in found.figures if one.unit == "share")
    assert all(one.sources and one.unit for one in found.figures)
    parts = sum(one.value for one in found.figures if one.what.startswith("of them") and one.unit == "attributes")
    assert parts == figures.get("attributes set at the target", 0) == there.count()
    covered = figures["resources at the source"] - figures["resources left over, by name below"]
    assert covered == sum(one.instances for one in here.resources if (one.type, one.component) == COVERED) or (
        not any(one.type == "ovh_cloud_project_storage" for one in there.resources)
    )
    own, unclear = there.count(*OVERRIDES), there.count(Origin.UNCLEAR)
    ends = [float(rho(figures, end)) * there.count() for end in ("at least", "at most")]
    assert ends == pytest.approx([own, own + unclear], rel=1e-5)
    assert len(found.residue) == sum((one.type, one.component) != COVERED for one in here.resources) or covered == 0


@law
@given(side("aws"), side("ovh"), st.sampled_from(OVERRIDES))
def test_an_override_more_raises_rho(here: Infrastructure, there: Infrastructure, origin: Origin) -> None:
    before, _ = told(here, there)
    after, _ = told(here, more(there, KINDS["ovh"][1], {origin: 1}))

    for end in ("at least", "at most"):
        whole = rho(before, end) == 1
        assert rho(after, end) == 1 if whole else rho(after, end) > rho(before, end)


@law
@given(side("aws"), side("ovh"))
def test_what_the_description_gives_more_lowers_rho(here: Infrastructure, there: Infrastructure) -> None:
    before, _ = told(here, there)
    after, _ = told(here, more(there, KINDS["ovh"][1], {Origin.DESCRIBED: 1}))

    for end in ("at least", "at most"):
        assert rho(after, end) < rho(before, end) or rho(before, end) == rho(after, end) == 0


@law
@given(side("aws"), side("ovh"), st.sampled_from([LOST, OTHER]))
def test_an_uncovered_resource_lowers_gamma_and_is_named(
    here: Infrastructure, there: Infrastructure, kind: tuple[str, str]
) -> None:
    before, _ = told(here, there)
    after, found = told(more(here, kind, {}), there)

    gamma = "of them, with something at the target (γ)"
    assert after[gamma] < before[gamma] or after[gamma] == before[gamma] == 0
    assert any(left.startswith(f"module.{kind[1]}.{kind[0]}.r99: ") for left in found.residue)


@law
@given(side("aws"), side("ovh"))
def test_a_figure_is_never_better_known_than_its_weaker_side(here: Infrastructure, there: Infrastructure) -> None:
    _, found = told(here, there)

    for one in found.figures:
        if "ρ" in one.what or one.unit == "attributes" or one.what == "resources at the target":
            assert one.basis is there.basis
        elif one.what == "resources at the source":
            assert one.basis is here.basis
        else:
            assert one.basis is Basis.DECLARED  # what stands for what is a claim
