"""The stand-in answers the same question the same way, and the mirror it is served from is one Terraform accepts."""

from __future__ import annotations

import os
from pathlib import Path

from tests.standin import invent, mirror, schema
from tests.standin.values import UNKNOWN, pack, unknown, unpack


def test_the_same_question_gets_the_same_answer() -> None:
    bucket = schema.vendored("registry.terraform.io/ovh/ovh").resource_schemas["ovh_cloud_project_storage"].block
    computed = [each for each in bucket.attributes if each.computed]

    first, again = ([invent.attribute(each, "seed") for each in computed] for _ in range(2))

    assert first == again


def test_what_terraform_does_not_know_yet_survives_the_wire() -> None:
    assert unknown(unpack(pack({"id": UNKNOWN}))["id"])


def test_every_stand_in_is_a_program_under_its_version(tmp_path: Path) -> None:
    mirror.lay(tmp_path)

    programs = sorted(
        file.name for file in tmp_path.rglob("terraform-provider-o*") if os.access(file, os.X_OK) and file.is_file()
    )

    assert programs == ["terraform-provider-openstack_v3.4.0", "terraform-provider-ovh_v2.19.0"]


def test_only_the_last_folder_of_a_real_provider_is_a_link(tmp_path: Path) -> None:
    mirror.lay(tmp_path)

    assert all(link.name == mirror.system() for link in tmp_path.rglob("*") if link.is_symlink())
