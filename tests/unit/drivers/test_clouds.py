"""A cloud of a clouds.yaml is reached as its file says, and what the file lacks is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exitkit import registry
from exitkit.drivers import clouds
from exitkit.errors import UsageError
from exitkit.lab import ovh
from exitkit.lab.state import LabState
from exitkit.ports import Compute, Machine, Settings
from tests.unit.drivers.keystone import Cloud

FILE = """
clouds:
  mine:
    region_name: GRA11
    auth: {{auth_url: "{url}/v3", username: u, password: {password}, project_name: p}}
  half:
    auth: {{auth_url: "{url}/v3", username: u}}
"""


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    double = Cloud()
    yield double
    double.http.shutdown()
    double.http.server_close()


@pytest.fixture
def file(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clouds.yaml that is found because the environment names it."""
    found = tmp_path / "clouds.yaml"
    found.write_text(FILE.format(url=cloud.url, password="right"), encoding="utf-8")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(found))
    return found


def test_where_a_cloud_is_named_machines_are_made_there(
    cloud: Cloud, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_CLOUD", "mine")
    found = ovh.settings(LabState.fresh(), tmp_path)
    alone = Settings({name: said for name, said in found.values.items() if name != "guests-url"}, found.secrets)

    machines = registry.get("ovh").open(Compute, alone)  # type: ignore[type-abstract]
    machines.start(Machine("web", "registry.example/shop:1", "d2-4", 8080, "/healthz", {}, {}))

    assert [server["name"] for server in cloud.servers.values()] == ["web"]
    assert machines.running() == {"web": "10.20.0.7"}


def test_where_none_is_named_nothing_is_asked(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OS_CLOUD", raising=False)

    assert "openstack-cloud" not in ovh.settings(LabState.fresh(), tmp_path).values


def test_a_cloud_that_is_named_and_nowhere_written_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OS_CLOUD", "mine")
    monkeypatch.setattr(clouds, "find", lambda: None)

    with pytest.raises(UsageError, match=r"no clouds\.yaml was found"):
        registry.get("ovh").open(Compute, ovh.settings(LabState.fresh(), tmp_path))  # type: ignore[type-abstract]


def test_an_unknown_cloud_names_the_known_ones(file: Path) -> None:
    with pytest.raises(UsageError, match="has no cloud `other`") as error:
        clouds.settings("other", file)

    assert error.value.hint == "clouds there: mine, half"


def test_what_is_lacking_is_told(file: Path) -> None:
    with pytest.raises(UsageError, match="says no project_name, password, region_name"):
        clouds.settings("half", file)


def test_a_password_may_stand_in_secure_yaml_and_is_never_shown(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("password: right, ", ""), encoding="utf-8")
    file.with_name("secure.yaml").write_text("clouds: {mine: {auth: {password: right}}}", encoding="utf-8")

    found = clouds.settings("mine", file)

    assert found.secrets["openstack-password"].reveal() == "right"
    assert "right" not in repr(found)


def test_what_is_no_yaml_is_an_error_of_the_user(file: Path) -> None:
    file.write_text("clouds: [", encoding="utf-8")

    with pytest.raises(UsageError, match="cannot be read"):
        clouds.settings("mine", file)
