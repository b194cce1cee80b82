"""The promises every provider is held to, and what it means that one is kept or not; no pytest inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from exitkit.errors import ExitkitError, Unsupported
from exitkit.model.base import Frozen
from exitkit.model.capability import Capability, Support
from exitkit.testing.bench import Bench, NotTriedError
from exitkit.testing.promises import (
    carried,
    databases,
    following,
    objects,
    placement,
    rehearsal,
    running,
    shape,
    terraform,
)


class Tier(StrEnum):
    """What a promise is about, the cheapest to try first."""

    SHAPE = "shape"
    PLACEMENT = "placement"
    TERRAFORM = "terraform"
    REHEARSAL = "rehearsal"
    PORTS = "ports"


class Kept(StrEnum):
    """What an outcome means, given what the provider claims. Not tried is not kept."""

    KEPT = "kept"
    TODO = "todo"
    NOT_TRIED = "not tried"
    STALE = "stale"
    BROKEN = "broken"

    @property
    def asks_for_work(self) -> bool:
        """Whether the provider, or what it claims, has to change."""
        return self in (Kept.STALE, Kept.BROKEN)


@dataclass(frozen=True)
class Check:
    """One promise: a plain function that raises where it is not kept, and the capability it needs, if any."""

    tier: Tier
    promise: Callable[[Bench], None]
    needs: Capability | None = None

    @property
    def name(self) -> str:
        """The promise in words."""
        return self.promise.__name__.replace("_", " ")


class Outcome(Frozen):
    """What came of trying one promise on one provider."""

    provider: str
    tier: Tier
    check: str
    needs: Capability | None
    kept: Kept
    why: str


_STORE, _DATABASE, _RUN = Capability.OBJECT_STORE, Capability.POSTGRES_DATABASE, Capability.SERVICE_RUN

CHECKS: tuple[Check, ...] = (
    Check(Tier.SHAPE, shape.it_has_a_name_and_a_title),
    Check(Tier.SHAPE, shape.it_claims_every_capability_once),
    Check(Tier.SHAPE, shape.every_claim_has_a_reason_and_a_dated_source),
    Check(Tier.SHAPE, shape.only_a_workaround_degrades),
    Check(Tier.SHAPE, shape.a_port_it_has_not_is_refused),
    Check(Tier.PLACEMENT, placement.every_small_workload_is_placed),
    Check(Tier.PLACEMENT, placement.placing_twice_gives_the_same),
    Check(Tier.PLACEMENT, placement.the_inputs_cover_the_contract),
    Check(Tier.PLACEMENT, placement.a_landing_notes_what_only_comes_close),
    Check(Tier.TERRAFORM, terraform.every_small_workload_is_generated),
    Check(Tier.TERRAFORM, terraform.generating_twice_gives_the_same_bytes),
    Check(Tier.TERRAFORM, terraform.no_tree_holds_a_secret),
    Check(Tier.TERRAFORM, terraform.every_tree_is_valid),
    Check(Tier.REHEARSAL, rehearsal.a_workload_goes_there_and_back),
    Check(Tier.PORTS, objects.what_is_put_is_what_is_got, _STORE),
    Check(Tier.PORTS, objects.what_was_packed_stays_packed, _STORE),
    Check(Tier.PORTS, objects.an_empty_object_is_an_object, _STORE),
    Check(Tier.PORTS, objects.odd_keys_are_carried_as_they_are, _STORE),
    Check(Tier.PORTS, objects.a_key_it_cannot_carry_is_refused_not_changed, _STORE),
    Check(Tier.PORTS, objects.a_listing_is_complete_past_a_page, _STORE),
    Check(Tier.PORTS, objects.what_is_missing_is_not_found, _STORE),
    Check(Tier.PORTS, objects.a_put_answers_the_tag_of_the_listing, _STORE),
    Check(Tier.PORTS, objects.an_overwrite_replaces_everything, _STORE),
    Check(Tier.PORTS, objects.removing_twice_is_harmless, _STORE),
    Check(Tier.PORTS, objects.a_bucket_that_holds_an_object_is_not_removed, _STORE),
    Check(Tier.PORTS, objects.emptying_counts_objects_and_takes_earlier_versions, _STORE),
    Check(Tier.PORTS, objects.creating_twice_keeps_what_is_there, _STORE),
    Check(Tier.PORTS, objects.a_service_is_told_how_to_reach_a_bucket, _STORE),
    Check(Tier.PORTS, objects.bytes_arrive_whole, _STORE),
    Check(Tier.PORTS, databases.a_database_is_made_once_and_dropped_once, _DATABASE),
    Check(Tier.PORTS, databases.a_database_of_somebody_else_is_left_alone, _DATABASE),
    Check(Tier.PORTS, databases.a_password_is_fresh_and_ends_the_old_one, _DATABASE),
    Check(Tier.PORTS, databases.a_copy_is_equal, _DATABASE),
    Check(Tier.PORTS, databases.a_copy_replaces_what_was_there, _DATABASE),
    Check(Tier.PORTS, databases.a_copy_is_made_where_there_is_none_yet, _DATABASE),
    Check(Tier.PORTS, databases.sequences_go_on_where_they_were, _DATABASE),
    Check(Tier.PORTS, databases.a_changed_row_is_found, _DATABASE),
    Check(Tier.PORTS, databases.a_merge_with_prune_makes_equal, _DATABASE),
    Check(Tier.PORTS, databases.a_merge_without_prune_removes_nothing, _DATABASE),
    Check(Tier.PORTS, databases.a_table_without_a_key_is_not_merged_blindly, _DATABASE),
    Check(Tier.PORTS, databases.a_frozen_database_refuses_writes_and_a_thawed_one_takes_them, _DATABASE),
    Check(Tier.PORTS, following.what_is_written_after_a_copy_arrives, _DATABASE),
    Check(Tier.PORTS, following.what_is_written_over_there_comes_home, _DATABASE),
    Check(Tier.PORTS, following.following_ends_without_a_trace_and_twice_is_once, _DATABASE),
    Check(Tier.PORTS, following.a_question_changes_nothing, _DATABASE),
    Check(Tier.PORTS, following.what_a_move_has_to_reckon_with_is_said, _DATABASE),
    Check(Tier.PORTS, carried.messages_are_taken_once_and_gone_when_done, Capability.QUEUE_SEND_RECEIVE),
    Check(Tier.PORTS, carried.a_secret_is_kept_replaced_and_forgotten, Capability.SECRET_STORE),
    Check(Tier.PORTS, running.a_machine_runs_once_until_it_is_stopped, _RUN),
    Check(Tier.PORTS, running.a_name_points_where_it_was_pointed_last),
    Check(Tier.PORTS, running.a_zone_holds_what_it_was_told_to),
)
"""Every promise, the cheapest first."""


def try_all(bench: Bench, checks: Iterable[Check] = CHECKS) -> Iterator[Outcome]:
    """Try promises on one provider, one after the other."""
    return (try_one(check, bench) for check in checks)


def try_one(check: Check, bench: Bench) -> Outcome:
    """Try one promise on one provider, and judge what came of it by what the provider claims."""
    kept, why = _tried(check, bench)
    return Outcome(
        provider=bench.provider.name, tier=check.tier, check=check.name, needs=check.needs, kept=kept, why=why
    )


def _tried(check: Check, bench: Bench) -> tuple[Kept, str]:
    support = _support(check, bench)
    try:
        check.promise(bench)
    except NotTriedError as reason:
        return Kept.NOT_TRIED, str(reason)
    except Unsupported as refusal:
        return meaning(support, passed=False, refused=True), refusal.message
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is the provider's
        return meaning(support, passed=False, refused=False), _words(error)
    kept = meaning(support, passed=True, refused=False)
    words = {Kept.BROKEN: f"{check.needs} is claimed to be absent, and it can", Kept.STALE: "it can: claim it"}
    return kept, words.get(kept, "")


def meaning(support: Support, *, passed: bool, refused: bool) -> Kept:
    """What an outcome means for a claim: refused is a refusal with Unsupported, the claim's own reason in it."""
    match support:
        case Support.NATIVE | Support.WORKAROUND:
            return Kept.KEPT if passed else Kept.BROKEN
        case Support.ABSENT:
            return Kept.KEPT if refused else Kept.BROKEN
        case Support.UNMAPPED:
            return Kept.STALE if passed else Kept.TODO
        case _:
            assert_never(support)


def _support(check: Check, bench: Bench) -> Support:
    """A promise that needs no capability is made by everyone; a claim that is missing is one not looked at."""
    if check.needs is None:
        return Support.NATIVE
    claim = bench.provider.claims.get(check.needs)
    return claim.support if claim is not None else Support.UNMAPPED


def _words(error: Exception) -> str:
    if isinstance(error, ExitkitError):
        return error.message
    return str(error) or type(error).__name__
