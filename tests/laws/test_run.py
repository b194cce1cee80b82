"""A run that is killed anywhere goes on to the same world, and the way back leaves home as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitkit.errors import OutsideError
from exitkit.model.evidence import Verdict
from exitkit.model.journal import Entry, Outcome, Result
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.service import Service
from exitkit.model.plan import AnyStep, Plan, Probe, Provision
from exitkit.model.workload import Workload
from exitkit.ports import Blob, Told
from exitkit.rehearsal.journal import Journal
from exitkit.rehearsal.run import run, touched
from exitkit.rehearsal.steps import do, holds
from exitkit.rehearsal.world import placed_name
from exitkit.testing.fate import Fate, Killed
from exitkit.testing.worlds import CHAIN, FakeSide, FakeWorld, fake_plan, fake_world, workload
from exitkit.transfer import many

law = settings(max_examples=30, deadline=None)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "_PAUSE_SECONDS", 0.0)


@dataclass(frozen=True)
class Death:
    """Where a process ends: at a call to a port, or at an entry of the journal, with so many of its bytes written."""

    where: str
    number: int
    after: bool = False
    torn: int = 0


deaths = st.one_of(
    st.builds(Death, st.just("call"), st.integers(0, 90), st.booleans()),
    st.builds(Death, st.just("entry"), st.integers(0, 44), st.booleans(), st.integers(0, 200)),
)


class MortalJournal:
    """A journal whose process may end while an entry is written: before it, in the middle of its line, or after it."""

    def __init__(self, file: Path, death: Death | None) -> None:
        self._journal = Journal.open(file)
        self._file = file
        self._left = death.number if death and death.where == "entry" else -1
        self._death = death

    def append(self, entry: Entry) -> None:
        self._left -= 1
        if self._left == -1 and self._death is not None and self._death.where == "entry":
            if self._death.after:
                self._journal.append(entry)
            else:
                with self._file.open("ab") as out:
                    out.write(entry.canonical()[: self._death.torn])
            raise Killed
        self._journal.append(entry)

    @property
    def last(self) -> str:
        return self._journal.last

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._journal)

    def __len__(self) -> int:
        return len(self._journal)


class Clients:
    """They write through each service to wherever its name points, and remember what they were told was written."""

    def __init__(self, fake: FakeWorld) -> None:
        self._fake = fake
        self._n = 0
        self.written: dict[tuple[str, str], str] = {}

    def write(self) -> None:
        given = self._fake.world.plan.workload
        for service in given.of(Service):
            side = self._fake.serves(service)
            if side is None or self._refused(side, given, service):
                continue
            self._n += 1
            both = any(isinstance(given.component(name), Postgres) for name in service.uses)
            for name in service.uses:
                self._put(side, given, name, f"{service.name}/{self._n}")
                # Nothing freezes a bucket: where no database holds writes back, two sides could both change an object.
                if both and (name, f"{service.name}/{self._n - 5}") in self.written:
                    self._put(side, given, name, f"{service.name}/{self._n - 5}")

    def _refused(self, side: FakeSide, given: Workload, service: Service) -> bool:
        used = [given.component(name) for name in service.uses]
        return any(side.databases.frozen(part.database) for part in used if isinstance(part, Postgres))

    def _put(self, side: FakeSide, given: Workload, name: str, key: str) -> None:
        component, content = given.component(name), f"written {self._n}"
        if isinstance(component, Postgres):
            side.databases.write(component.database, "public.item", key, content)
        else:
            landing = next(s.landing for s in self._fake.world.sides.values() if s.objects is side.objects)
            side.objects.buckets[placed_name(landing, name)][key] = Blob(content.encode())
        self.written[(name, key)] = content


@dataclass
class Stage:
    """One world, its folder, and everything that befalls it."""

    plan: Plan
    fake: FakeWorld
    folder: Path
    did: Counter[str] = field(default_factory=Counter)
    meanwhile: Callable[[], None] = lambda: None

    @property
    def entries(self) -> list[Entry]:
        return list(Journal.open(self.folder / "journal.jsonl"))

    @property
    def done(self) -> set[str]:
        return {entry.step for entry in self.entries if entry.outcome is Outcome.OK}

    def live(self, steps: Sequence[AnyStep], death: Death | None = None) -> bool:
        """One process, from its start to its end; answers whether it got through."""
        fate = self.fake.fate
        if death is not None and death.where == "call":
            fate.strike(death.number, after=death.after)
        try:
            for _ in run(
                self.plan.digest,
                steps,
                MortalJournal(self.folder / "journal.jsonl", death),
                do=self._do,
                holds=lambda step: holds(step, self.fake.world),
                clock=clock(),
            ):
                self.meanwhile()
        except Killed:
            return False
        finally:
            fate.spare()
        return True

    def way_back(self) -> tuple[AnyStep, ...]:
        return self.plan.way_back(touched(self.entries))

    def _do(self, step: AnyStep) -> Result:
        self.did[step.id] += 1
        self.meanwhile()
        result = do(step, self.fake.world)
        self.meanwhile()
        return result


def clock() -> Callable[[], datetime]:
    now = datetime(2026, 11, 1, tzinfo=UTC)

    def tick() -> datetime:
        nonlocal now
        now += timedelta(seconds=1)
        return now

    return tick


@contextmanager
def stage(given: Workload = CHAIN) -> Iterator[Stage]:
    with TemporaryDirectory() as folder:
        plan = fake_plan(given)
        yield Stage(plan, fake_world(plan, Path(folder)), Path(folder))


@st.composite
def workloads(draw: st.DrawFn) -> Workload:
    """Up to two buckets and two databases, and up to two services that use some of them; something moves."""
    parts: list[dict[str, object]] = [{"kind": "network", "name": "net"}]
    data = [f"b{n}" for n in range(draw(st.integers(0, 2)))] + [f"p{n}" for n in range(draw(st.integers(0, 2)))]
    for name in data:
        database = {"kind": "postgres", "name": name, "release": 16, "network": "net", "database": name}
        parts.append({"kind": "bucket", "name": name} if name[0] == "b" else database)
    for number in range(draw(st.integers(0 if data else 1, 2))):
        uses = draw(st.lists(st.sampled_from(data), unique=True)) if data else []
        image = {"kind": "service", "name": f"s{number}", "image": "r.example/s:1", "network": "net"}
        parts.append({**image, "uses": uses, "tls": False})
    return workload("drawn", *parts)


def unbroken(given: Workload) -> tuple[tuple[object, ...], set[str]]:
    with stage(given) as calm:
        assert calm.live(calm.plan.steps)
        return calm.fake.content(), calm.done


def every_death() -> list[Death]:
    """At each entry before, in the middle and after; at each call before and after."""
    with stage() as calm:
        calm.fake.fate.strike(10**9)
        for _ in run(
            calm.plan.digest,
            calm.plan.steps,
            Journal.open(calm.folder / "journal.jsonl"),
            do=calm._do,
            holds=lambda step: holds(step, calm.fake.world),
            clock=clock(),
        ):
            pass
        calls, entries = len(calm.fake.fate.calls), len(calm.entries)
    at_calls = [Death("call", number, after) for number in range(calls) for after in (False, True)]
    at_entries = [
        Death("entry", n, after, torn) for n in range(entries) for after, torn in ((False, 0), (False, 40), (True, 0))
    ]
    return at_calls + at_entries


def test_killed_anywhere_it_resumes_to_the_same_world() -> None:
    expected = unbroken(CHAIN)
    tried = every_death()

    for death in tried:
        with stage() as killed:
            assert not killed.live(killed.plan.steps, death), f"nothing died at {death}"
            if death.where == "call":  # who is killed writes nothing more
                assert killed.entries[-1].outcome is Outcome.STARTED, death
            assert killed.live(killed.plan.steps), death

            assert (killed.fake.content(), killed.done) == expected, death
    assert len(tried) > 100


@law
@given(workloads(), st.lists(deaths, max_size=4))
def test_killed_again_and_again_it_resumes_to_the_same_world(given_workload: Workload, fates: list[Death]) -> None:
    expected = unbroken(given_workload)

    with stage(given_workload) as killed:
        for death in fates:
            killed.live(killed.plan.steps, death)
        killed.live(killed.plan.steps)

        assert (killed.fake.content(), killed.done) == expected


@law
@given(workloads(), st.integers(0, 40))
def test_a_step_that_was_done_is_not_done_twice_where_looking_tells(given_workload: Workload, number: int) -> None:
    with stage(given_workload) as killed:
        step = killed.plan.steps[number % len(killed.plan.steps)]
        entry = 2 * (number % len(killed.plan.steps)) + 1
        killed.live(killed.plan.steps, Death("entry", entry))
        assert killed.did[step.id] == 1
        told = holds(step, killed.fake.world)

        assert killed.live(killed.plan.steps)

        assert killed.did[step.id] == (1 if told else 2)
        assert all(times == 1 for one, times in killed.did.items() if one != step.id)


def test_looking_tells_of_every_step_that_is_cheap_to_look_at() -> None:
    # Not start-service: one that runs may not be well yet, so it is started anew.
    kinds = {"freeze-writes", "thaw-writes", "switch-traffic"}
    with stage() as calm:
        for step in calm.plan.steps:
            before = holds(step, calm.fake.world)
            do(step, calm.fake.world)

            assert step.kind not in kinds or (before, holds(step, calm.fake.world)) == (False, True), step.id


@law
@given(workloads(), st.integers(0, 40), st.lists(deaths, max_size=2), st.lists(deaths, max_size=2))
def test_the_way_back_from_anywhere_leaves_nothing_there_and_everything_here(
    given_workload: Workload, prefix: int, there: list[Death], back: list[Death]
) -> None:
    with stage(given_workload) as moved:
        before = moved.fake.content()
        steps = moved.plan.steps[:prefix]
        for death in there:
            moved.live(steps, death)
        if not there:
            moved.live(steps)
        for death in back:
            moved.live(moved.way_back(), death)

        assert moved.live(moved.way_back())

        assert moved.fake.target.bare
        assert moved.fake.content() == before


def test_a_place_is_taken_away_with_whatever_is_left_in_it() -> None:
    with stage() as moved:
        provision = moved.plan.step("provision-files")
        moved.live([provision])
        moved.fake.target.objects.buckets["chain-files"]["left"] = Blob(b"by whom?")

        assert moved.live(moved.way_back())

        assert moved.fake.target.bare


@law
@given(workloads(), st.integers(0, 40), st.lists(deaths, max_size=2), st.lists(deaths, max_size=2))
def test_what_clients_wrote_meanwhile_is_at_home_in_the_end(
    given_workload: Workload, prefix: int, there: list[Death], back: list[Death]
) -> None:
    with stage(given_workload) as moved:
        clients = Clients(moved.fake)
        moved.meanwhile = clients.write
        before = home(moved)
        steps = moved.plan.steps[: prefix or None]
        for death in there:
            moved.live(steps, death)
        moved.live(steps)
        for death in back:
            moved.live(moved.way_back(), death)

        assert moved.live(moved.way_back())

        assert moved.fake.target.bare
        assert home(moved) == before | clients.written


def test_the_way_back_never_puts_older_over_newer_at_home_nor_brings_back_what_was_deleted() -> None:
    with stage(workload("files", {"kind": "bucket", "name": "files"})) as moved:
        assert moved.live(moved.plan.steps)
        at_home = moved.fake.source.objects.buckets["files-files"]
        at_home["first/0"] = Blob(b"newer, and only here")
        del at_home["first/1"]
        moved.fake.target.objects.buckets["files-files"]["first/2"] = Blob(b"newer, and only there")

        assert moved.live(moved.way_back())

        bodies = {key: blob.body for key, blob in at_home.items()}
        assert bodies == {"first/0": b"newer, and only here", "first/2": b"newer, and only there"}


def test_names_lead_there_after_the_switch_on_both_name_servers_and_are_soon_forgotten() -> None:
    with stage() as moved:
        assert moved.live(moved.plan.steps)
        service = moved.plan.workload.of(Service)[0]
        address = moved.fake.target.compute.running()[service.name]

        for side in (moved.fake.source, moved.fake.target):
            assert side.names.ask("www.a.test") == Told(address, 60)

        assert moved.live(moved.way_back())
        assert moved.fake.source.names.ask("www.a.test") == Told(moved.fake.source.compute.running()[service.name], 300)


def test_a_record_that_differs_stops_the_switch() -> None:
    with stage() as moved:
        first = [step.id for step in moved.plan.steps].index("verify-zone")
        moved.live(moved.plan.steps[:first])
        moved.fake.target.names.zones["a.test"] = {"a.test. 300 TXT other"}
        moved.live(moved.plan.steps)

        told = {entry.step: entry.details for entry in moved.entries if entry.verdict is Verdict.FAIL}
        missing, strange = 'a.test. 300 TXT "hello": missing', "a.test. 300 TXT other: not in the source"
        assert told == {"verify-zone": (missing, strange)}
        assert not moved.fake.target.compute.machines


def test_clients_do_write_on_both_sides() -> None:
    with stage() as moved:
        clients = Clients(moved.fake)
        moved.meanwhile = clients.write
        moved.live(moved.plan.steps)
        sides = [moved.fake.source.databases.bases["ledger"], moved.fake.target.databases.bases["ledger"]]

        assert len({len(base.rows["public.item"]) for base in sides}) == 2
        assert len(clients.written) > 30


def home(moved: Stage) -> dict[tuple[str, str], str]:
    """Everything the source holds, by component and key."""
    found: dict[tuple[str, str], str] = {}
    landing = moved.fake.world.sides[moved.plan.source].landing
    for part in moved.plan.workload.components:
        if isinstance(part, Bucket):
            stored = moved.fake.source.objects.buckets[placed_name(landing, part.name)]
            found |= {(part.name, key): blob.body.decode() for key, blob in stored.items()}
        if isinstance(part, Postgres):
            base = moved.fake.source.databases.bases[part.database]
            assert not base.frozen
            found |= {(part.name, key): content for key, content in base.rows["public.item"].items()}
    return found


@pytest.mark.parametrize("what", ["object", "row", "both"])
def test_a_failing_look_stops_every_later_change_and_none_of_the_looks_beside_it(what: str) -> None:
    with stage() as moved:
        copied = [step.id for step in moved.plan.steps].index("verify-files")
        moved.live(moved.plan.steps[:copied])
        if what != "row":
            moved.fake.target.objects.buckets["chain-files"]["first/1"] = Blob(b"rot")
        if what != "object":
            moved.fake.target.databases.bases["ledger"].rows["public.item"]["1"] = "rot"

        for _ in range(2):
            assert moved.live(moved.plan.steps)

            verdicts = {e.step: e.verdict for e in moved.entries if e.verdict is not None}
            assert verdicts.pop("assess-database-ledger") is Verdict.PASS
            held = [(name, verdicts.pop(name)) for name in list(verdicts) if name.startswith("check-contract-")]
            assert [name for name, verdict in held if verdict is Verdict.UNKNOWN] == [
                "check-contract-files",
                "check-contract-ledger",
            ]
            assert len(held) == 5
            assert set(verdicts) == {"verify-files", "verify-ledger", "verify-zone"}
            assert [v is Verdict.FAIL for v in verdicts.values()] == [what != "row", what != "object", False]
            assert moved.entries[-1].step == "verify-zone"
        assert not moved.fake.target.compute.machines


step_lists = st.lists(st.tuples(st.booleans(), st.sampled_from(Verdict)), max_size=8)


@law
@given(step_lists, st.integers(0, 8))
def test_after_a_failing_look_only_looks_are_taken(drawn: list[tuple[bool, Verdict]], killed_after: int) -> None:
    steps = [
        Provision(id=f"s{n}", component="x", at="there") if changes else Probe(id=f"s{n}", component="x", at="there")
        for n, (changes, _) in enumerate(drawn)
    ]
    verdicts = {f"s{n}": None if changes else verdict for n, (changes, verdict) in enumerate(drawn)}
    wanted: list[str] = []
    for step in steps:
        if step.changes and any(verdicts[one] is Verdict.FAIL for one in wanted):
            break
        wanted.append(step.id)
    did: list[str] = []

    def act(step: AnyStep) -> Result:
        did.append(step.id)
        return Result(verdict=verdicts[step.id])

    with TemporaryDirectory() as folder:
        for until in (killed_after, None):
            journal = Journal.open(Path(folder, "journal.jsonl"))
            for _ in run("plan", steps[:until], journal, do=act, holds=lambda _: False, clock=clock()):
                pass

    assert did == wanted


@law
@given(workloads(), st.integers(0, 40), st.booleans())
def test_a_call_that_fails_is_written_down_and_goes_through(given_workload: Workload, number: int, after: bool) -> None:
    expected = unbroken(given_workload)
    with stage(given_workload) as moved:
        step = moved.plan.steps[number % len(moved.plan.steps)]

        def fails(_: AnyStep) -> Result:
            if _.id != step.id:
                return do(_, moved.fake.world)
            if after:
                do(_, moved.fake.world)
            raise OutsideError("the other side did not answer")

        journal = Journal.open(moved.folder / "journal.jsonl")
        with pytest.raises(OutsideError, match="did not answer"):
            for _ in run(moved.plan.digest, moved.plan.steps, journal, do=fails, holds=lambda _: False, clock=clock()):
                pass
        assert (moved.entries[-1].step, moved.entries[-1].outcome) == (step.id, Outcome.FAILED)
        assert moved.entries[-1].details == ("the other side did not answer",)

        moved.live(moved.plan.steps)
        assert (moved.fake.content(), moved.done) == expected


def test_a_passing_trouble_of_the_store_does_not_end_a_copy() -> None:
    expected = unbroken(CHAIN)
    with stage() as moved:
        moved.fake.fate.strike(7, error=lambda: OutsideError("try again"))
        for step in moved.plan.steps:
            do(step, moved.fake.world)

        assert moved.fake.content() == expected[0]


def test_a_journal_of_another_plan_is_refused() -> None:
    with stage() as moved:
        moved.live(moved.plan.steps[:3])
        before, did = moved.entries, dict(moved.did)
        journal = Journal.open(moved.folder / "journal.jsonl")

        with pytest.raises(ValueError, match="another plan"):
            next(run("b" * 64, moved.plan.steps, journal, do=moved._do, holds=lambda _: False, clock=clock()))

        assert (moved.entries, dict(moved.did)) == (before, did)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[Entry]]:
    """The bytes of a journal of a few steps, and its entries."""
    with stage() as moved:
        moved.live(moved.plan.steps[:3])
        return (moved.folder / "journal.jsonl").read_bytes(), moved.entries


def test_a_torn_last_line_is_forgiven_at_every_byte(whole: tuple[bytes, list[Entry]], tmp_path: Path) -> None:
    body, entries = whole
    file = tmp_path / "journal.jsonl"
    last = body.rindex(b"\n", 0, -1) + 1

    for length in range(last, len(body)):
        file.write_bytes(body[:length])
        journal = Journal.open(file)
        assert list(journal) == entries[:-1]
        journal.append(entries[-1])
        assert file.read_bytes() == body


def flips(body: bytes, start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end):
        for mask in (0x01, 0x20, 0x80):
            yield body[:at] + bytes([body[at] ^ mask]) + body[at + 1 :]


def means(file: Path, body: bytes) -> list[Entry] | None:
    """What a journal says, or None where something is noticed."""
    file.write_bytes(body)
    try:
        return list(Journal.open(file))
    except OutsideError:
        return None


def test_a_flipped_byte_before_the_last_line_is_noticed(whole: tuple[bytes, list[Entry]], tmp_path: Path) -> None:
    body, entries = whole
    last = body.rindex(b"\n", 0, -1) + 1

    for flipped in flips(body, 0, last):
        assert means(tmp_path / "journal.jsonl", flipped) in (None, entries)


def test_a_flipped_byte_in_the_last_line_is_noticed(whole: tuple[bytes, list[Entry]], tmp_path: Path) -> None:
    body, _ = whole
    last = body.rindex(b"\n", 0, -1) + 1

    for flipped in flips(body, last, len(body) - 1):
        assert means(tmp_path / "journal.jsonl", flipped) is None


def test_a_line_that_is_missing_or_moved_is_noticed(whole: tuple[bytes, list[Entry]], tmp_path: Path) -> None:
    lines = whole[0].splitlines(keepends=True)

    for number in range(len(lines) - 1):
        assert means(tmp_path / "journal.jsonl", b"".join(lines[:number] + lines[number + 1 :])) is None
        swapped = [*lines[:number], lines[number + 1], lines[number], *lines[number + 2 :]]
        assert means(tmp_path / "journal.jsonl", b"".join(swapped)) is None
        assert means(tmp_path / "journal.jsonl", b"".join([*lines[: number + 1], *lines[number:]])) is None


def test_a_fate_strikes_once_at_the_call_it_was_told() -> None:
    for after in (False, True):
        fate, effects = Fate(), list[int]()
        fate.strike(2, after=after)
        for number in range(4):
            try:
                with fate.call(f"call {number}"):
                    effects.append(number)
            except Killed:
                assert number == 2
        assert effects == ([0, 1, 2, 3] if after else [0, 1, 3])
