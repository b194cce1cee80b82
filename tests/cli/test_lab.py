"""The verbs of the lab: up, env, down."""

from __future__ import annotations

import shlex

import pytest

from tests.cli.conftest import Ask
from tests.cli.stage import Stage, processes_naming
from tests.conftest import Said


def credentials(stage: Stage, cloud: str) -> dict[str, str]:
    """What a shell takes in from `lab env`."""
    said = stage.ask("lab", "env", cloud)
    words = [shlex.split(line) for line in said.out.splitlines()]
    assert all(word[0] == "export" and len(word) == 2 for word in words)
    return dict(word[1].split("=", 1) for word in words)


def test_there_is_nothing_to_reach_before_there_is_a_lab(ask: Ask) -> None:
    assert ask("lab", "env") == Said(3, "", "error: there is no lab in .exitkit/lab\n\nhint: exitkit lab up\n")


def test_down_is_harmless_where_nothing_is_up(ask: Ask) -> None:
    assert ask("lab", "down", "--forget") == Said(0, "the lab was not up\n", "")


@pytest.mark.lab
def test_up_is_harmless_where_it_is_up(staged: Stage) -> None:
    before = staged.state()

    said = staged.run("lab", "up")

    assert said == Said(0, "the lab is up in .exitkit/lab\n", "next: exitkit lab env\n")
    assert staged.state() == before


@pytest.mark.lab
@pytest.mark.parametrize("cloud", ["aws", "ovh"])
def test_the_credentials_open_a_store_and_a_database(staged: Stage, cloud: str) -> None:
    import boto3
    import psycopg

    env = credentials(staged, cloud)
    store = boto3.client(
        "s3",
        endpoint_url=env["AWS_ENDPOINT_URL"],
        region_name=env["AWS_REGION"],
        aws_access_key_id=env["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"],
    )
    reach = {"host": env["PGHOST"], "port": env["PGPORT"], "user": env["PGUSER"], "dbname": "postgres"}

    assert store.list_buckets()["ResponseMetadata"]["HTTPStatusCode"] == 200
    with psycopg.connect(**reach, password=env["PGPASSWORD"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**reach, password="guessed")


@pytest.mark.lab
@pytest.mark.parametrize(
    ("key", "secret", "code"),
    [(None, "guessed", "SignatureDoesNotMatch"), ("LABNOBODY", None, "InvalidAccessKeyId")],
)
def test_a_wrong_credential_is_refused(staged: Stage, key: str | None, secret: str | None, code: str) -> None:
    import boto3
    from botocore.exceptions import ClientError

    env = credentials(staged, "aws")
    store = boto3.client(
        "s3",
        endpoint_url=env["AWS_ENDPOINT_URL"],
        region_name=env["AWS_REGION"],
        aws_access_key_id=key or env["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=secret or env["AWS_SECRET_ACCESS_KEY"],
    )

    with pytest.raises(ClientError) as error:
        store.list_buckets()

    assert error.value.response["Error"]["Code"] == code


@pytest.mark.lab
def test_the_lab_stands_in_for_no_other_cloud(staged: Stage) -> None:
    assert staged.ask("lab", "env", "azure") == Said(
        3, "", "error: the lab has no stand-in for azure\n\nhint: it has aws, ovh, local\n"
    )


@pytest.mark.lab
def test_credentials_stand_in_no_command_line(staged: Stage) -> None:
    assert processes_naming(str(staged.lab)), "the lab is up, so something names its folder"
    for cloud in staged.state().clouds.values():
        assert not processes_naming(cloud.secret_key, cloud.postgres_password)


@pytest.mark.lab
def test_down_ends_every_program_and_forgetting_leaves_nothing(staged: Stage, tmp_path: str) -> None:
    other = Stage(staged.folder.parent / "other", staged.folder.parent / "other" / ".exitkit" / "lab")
    other.folder.mkdir()
    other.must("lab", "up")
    state = other.state()
    names = (str(other.lab), f"exitkit-lab-{state.identity}")
    assert processes_naming(*names)

    down = other.run("lab", "down")
    assert down == Said(0, "the lab is down\n", "")
    assert processes_naming(*names) == []
    assert other.state().clouds == state.clouds

    assert other.ask("lab", "down", "--forget") == Said(0, "the lab was not up\n", "")
    assert not other.lab.exists()
