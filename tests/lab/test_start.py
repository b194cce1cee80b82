"""What a lab is before it runs: its ports, its file, its recipe; and that it ends with its owner."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from exitkit.errors import OutsideError, SpecError, UsageError
from exitkit.lab import children, recipe
from exitkit.lab.drill import LabDrill
from exitkit.lab.lab import Lab
from exitkit.lab.state import LabState
from tests.conftest import ROOT


def test_a_port_it_finds_is_free() -> None:
    port = children.free_port()

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            children.free_port(port)
        assert children.free_port() != port


def test_a_fresh_lab_takes_ports_and_credentials_of_its_own() -> None:
    one, other = LabState.fresh(), LabState.fresh()

    ports = [p for c in one.clouds.values() for p in (c.api_port, c.postgres_port, c.dns_port)]
    assert len({*ports, one.control_port}) == 7
    assert not {cloud.secret_key for cloud in one.clouds.values()} & {c.secret_key for c in other.clouds.values()}
    assert not one.alive


def test_the_memory_of_a_lab_is_for_its_owner_alone(tmp_path: Path) -> None:
    state = LabState.fresh()

    for _ in range(2):
        state.write(tmp_path)

    assert (tmp_path / "lab.json").stat().st_mode & 0o777 == 0o600
    assert LabState.read(tmp_path) == state
    assert [file.name for file in tmp_path.iterdir()] == ["lab.json"]


def test_where_there_never_was_a_lab_it_says_so(tmp_path: Path) -> None:
    lab = Lab(tmp_path / "lab")

    assert not lab.up
    with pytest.raises(OutsideError, match="there is no lab in") as error:
        lab.settings("aws")
    assert error.value.hint == "exitkit lab up"


@pytest.mark.lab
def test_a_lab_starts_on_free_ports_is_private_and_ends_with_its_owner(tmp_path: Path) -> None:
    with Lab(tmp_path / "lab") as lab:
        ports = [cloud.api_port for cloud in lab.state.clouds.values()]
        ports += [cloud.postgres_port for cloud in lab.state.clouds.values()]

        assert lab.up
        assert all(children.answers("127.0.0.1", port) for port in ports)
        assert lab.folder.stat().st_mode & 0o777 == 0o700
        assert (lab.folder / "lab.json").stat().st_mode & 0o777 == 0o600

    assert not lab.up
    assert not any(children.answers("127.0.0.1", port) for port in ports)
    lab.forget()
    assert not lab.folder.exists()


@pytest.mark.lab
def test_a_lab_whose_port_is_taken_says_so_and_leaves_nothing_running(tmp_path: Path) -> None:
    state = LabState.fresh()
    state.write(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", state.clouds["aws"].api_port))
        taken.listen()

        with pytest.raises(OutsideError, match="the lab did not start"):
            Lab(tmp_path).start(owned=True)

    assert not children.answers("127.0.0.1", state.clouds["ovh"].api_port)
    Lab(tmp_path).forget()


def test_no_recipe_is_an_empty_one(tmp_path: Path) -> None:
    assert recipe.read(tmp_path) == recipe.Recipe()


def test_the_example_s_recipe_is_read() -> None:
    found = recipe.read(ROOT / "examples" / "pge-attestation")

    assert list(found.images) == ["registry.example/pge/attestation:1.0"]
    assert found.fill is not None
    assert found.fill.service == "web"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[fill]\nrun = "x"\n', "lab.toml: fill.for: "),
        ('[fill]\nrun = "x"\nfor = "web"\ncount = -1\n', "lab.toml: fill.count: "),
        ('[images."a:1"]\nfolder = "."\n', "lab.toml: images.a:1.run: "),
        ("[imagse]\n", "lab.toml: imagse: "),
    ],
)
def test_a_wrong_recipe_is_told_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "lab.toml").write_text(text)

    with pytest.raises(UsageError) as error:
        recipe.read(tmp_path)

    assert words in error.value.message
    assert str(tmp_path) in error.value.message


@pytest.mark.parametrize(("text", "place"), [("[fill", (1, 1)), ("\n\n= 3", (3, 1)), ("a = 1\nb = ", (2, 1))])
def test_a_recipe_that_is_not_toml_is_told_with_line_and_column(
    tmp_path: Path, text: str, place: tuple[int, int]
) -> None:
    (tmp_path / "lab.toml").write_text(text)

    with pytest.raises(SpecError, match="this is not TOML") as error:
        recipe.read(tmp_path)

    [mistake] = error.value.mistakes
    assert (mistake.file, mistake.line, mistake.column) == (str(tmp_path / "lab.toml"), *place)


@pytest.mark.lab
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limits of another process are Linux's")
def test_a_database_server_whose_disk_is_full_refuses_to_grow_and_goes_on_once_there_is_room(tmp_path: Path) -> None:
    import psycopg

    with Lab(tmp_path / "lab") as lab:
        drill, cloud = LabDrill(lab.folder), lab.state.clouds["ovh"]
        told = {
            "host": "127.0.0.1",
            "port": cloud.postgres_port,
            "user": "exitkit",
            "password": cloud.postgres_password,
        }
        row = "INSERT INTO note SELECT repeat(md5(n::text), 50) FROM generate_series(1, 2000) n"
        with psycopg.connect(**told, dbname="postgres", autocommit=True) as before:  # type: ignore[arg-type]
            before.execute("CREATE TABLE note (body text STORAGE plain)")
            drill.fill("ovh")
            with pytest.raises(psycopg.Error, match="could not extend file"):
                before.execute(row)
            with psycopg.connect(**told, dbname="postgres", autocommit=True) as fresh:  # type: ignore[arg-type]
                with pytest.raises(psycopg.Error, match="could not extend file"):
                    fresh.execute(row)
                assert fresh.execute("SELECT count(*) FROM note").fetchone() == (0,)
                drill.make_room("ovh")
                fresh.execute(row)
                assert fresh.execute("SELECT count(*) FROM note").fetchone() == (2000,)
            assert before.execute("SELECT count(*) FROM note").fetchone() == (2000,)
