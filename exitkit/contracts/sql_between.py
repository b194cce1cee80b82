"""What programs rely on of PostgreSQL between sessions, and of what a session remembers: locks, news, statements.

Source: PostgreSQL documentation, 13.3.5 Advisory Locks, NOTIFY, PREPARE, DECLARE, statement_timeout (read 2026-11-22).
"""

from __future__ import annotations

from exitkit.contracts.check import hold
from exitkit.contracts.sql import SQL, Desk, done, refused, said
from exitkit.model.contract import Facet

_LOCK = 7_233_960_185_501
"""A number no program is likely to lock."""

_CHANNEL = "exitkit_contract"
_LONGEST_WAIT = 5.0


@SQL.promise(Facet.BEHAVIOURAL)
def a_lock_keeps_others_out(desk: Desk) -> None:
    """An advisory lock keeps another session out until it is let go."""
    with desk.session() as session, desk.session() as other:
        hold(said(session, f"SELECT pg_try_advisory_lock({_LOCK})") == "True", "a free lock was not given")
        kept = said(other, f"SELECT pg_try_advisory_lock({_LOCK})")
        done(session, f"SELECT pg_advisory_unlock({_LOCK})")
        hold(kept == "False", "two sessions hold the same lock")
        hold(said(other, f"SELECT pg_try_advisory_lock({_LOCK})") == "True", "a lock that was let go was not given")
        done(other, "SELECT pg_advisory_unlock_all()")


@SQL.promise(Facet.BEHAVIOURAL)
def who_listens_is_told(desk: Desk) -> None:
    """A session that listens is told what another one notifies, once that is committed."""
    with desk.session() as session, desk.session() as other:
        done(session, f"LISTEN {_CHANNEL}")
        done(other, "BEGIN", f"NOTIFY {_CHANNEL}, 'rolled back'", "ROLLBACK", f"NOTIFY {_CHANNEL}, 'committed'")
        heard = session.heard(_LONGEST_WAIT)
        done(session, f"UNLISTEN {_CHANNEL}")
    hold(heard == ((_CHANNEL, "committed"),), "it was told nothing" if not heard else "it was told something else")


@SQL.promise(Facet.BEHAVIOURAL)
def a_statement_is_prepared_once(desk: Desk) -> None:
    """A statement that was prepared can be used again in the same session."""
    with desk.session() as session:
        done(session, "PREPARE exitkit_sum (int, int) AS SELECT $1 + $2")
        sums = [said(session, f"EXECUTE exitkit_sum ({n}, 1)") for n in (1, 2)]
    hold(sums == ["2", "3"], "it answered other sums")


@SQL.promise(Facet.BEHAVIOURAL)
def a_setting_lasts_a_session(desk: Desk) -> None:
    """What is set for a session lasts through its transactions, and no longer than the session."""
    with desk.session() as session:
        done(session, "SET exitkit.contract = 'kept'", "BEGIN", "COMMIT")
        kept = said(session, "SELECT current_setting('exitkit.contract', true)")
    with desk.session() as session:
        left = said(session, "SELECT coalesce(current_setting('exitkit.contract', true), '')")
    hold(kept == "kept", "it was forgotten within the session")
    hold(not left, "another session had it too")


@SQL.promise(Facet.BEHAVIOURAL)
def a_cursor_gives_some_rows(desk: Desk) -> None:
    """A cursor gives as many rows at a time as are asked for."""
    with desk.session() as session:
        done(session, "BEGIN", "DECLARE few CURSOR FOR SELECT generate_series(1, 5)")
        found = [[row[0] for row in session.run("FETCH 3 FROM few").rows] for _ in range(2)]
        done(session, "ROLLBACK")
    hold(found == [["1", "2", "3"], ["4", "5"]], "it gave others")


@SQL.promise(Facet.BEHAVIOURAL)
def what_takes_too_long_ends(desk: Desk) -> None:
    """A statement that takes longer than it may is ended, and the session goes on."""
    with desk.session() as session:
        done(session, "SET statement_timeout = 20")
        refused(session.run("SELECT pg_sleep(5)"), "57014", "a statement that takes too long")
        hold(said(session, "SELECT 1") == "1", "the session did not go on")


@SQL.promise(Facet.SEMANTIC)
def words_are_found_in_french(desk: Desk) -> None:
    """Full text search knows French words by their stem."""
    with desk.session() as session:
        found = said(session, "SELECT to_tsvector('french', 'les attestations') @@ to_tsquery('french', 'attestation')")
    hold(found == "True", "a plural was not found by its singular")
