"""Ten planted mistakes and more, each caught with one clear line; the modules themselves have none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from exitkit import registry
from exitkit.errors import UsageError
from exitkit.infra.compose import compose
from exitkit.infra.hatch_check import check_hatches
from exitkit.infra.secret_check import secrets_in
from exitkit.infra.tree_check import check_tree
from exitkit.infra.vendor import modules
from exitkit.model.workload import Workload
from exitkit.placing import place

EVERY = {
    "name": "every",
    "components": [
        {"kind": "network", "name": "net"},
        {"kind": "key", "name": "seal"},
        {"kind": "secret", "name": "token"},
        {
            "kind": "bucket",
            "name": "files",
            "key": "seal",
            "versions": True,
            "retain-days": 3,
            "archive-after-days": 40,
        },
        {"kind": "postgres", "name": "orders", "release": 16, "network": "net", "key": "seal", "standby": True},
        {"kind": "queue", "name": "jobs", "network": "net"},
        {"kind": "cache", "name": "fast", "network": "net", "replicas": 1},
        {"kind": "cluster", "name": "pods", "release": "1.32", "network": "net"},
        {
            "kind": "service",
            "name": "web",
            "image": "registry.example/a:1",
            "network": "net",
            "hostname": "www.shop.example",
            "uses": ["files", "orders", "jobs", "fast", "token", "seal"],
        },
        {"kind": "service", "name": "worker", "image": "registry.example/a:1", "network": "net", "public": False},
        {
            "kind": "domain",
            "name": "names",
            "zone": "shop.example",
            "records": {"www": {"to": "web"}, "@": {"type": "TXT", "value": "v=spf1 -all"}},
        },
        {"kind": "alarm", "name": "bad", "on": "web", "when": "errors", "above": 1, "notify": "a@shop.example"},
        {"kind": "alarm", "name": "hot", "on": "worker", "when": "cpu", "above": 90, "notify": "a@shop.example"},
        {"kind": "alarm", "name": "deep", "on": "jobs", "when": "depth", "above": 9, "notify": "a@shop.example"},
    ],
}


def tree(cloud: str) -> dict[str, str]:
    workload = Workload.model_validate(EVERY)
    landing = place(workload, registry.get(cloud))
    return dict(compose(workload, landing, modules(cloud, [one.module for one in landing.placements])))


def planted(file: str, before: str, after: str) -> dict[str, str]:
    """The OVHcloud tree with one thing changed, once."""
    files = tree("ovh")
    assert before in files[file], f"{file} has no {before!r}"
    return files | {file: files[file].replace(before, after, 1)}


@pytest.mark.parametrize("cloud", ["aws", "ovh"])
def test_a_tree_of_every_kind_is_without_mistakes(cloud: str) -> None:
    assert check_tree(tree(cloud)) == ()


BUCKET = "modules/bucket/main.tf"
MISTAKES = {
    "wrong argument": (BUCKET, "  hide_objects = true", "  hide_object = true", "has no `hide_object`", "hide_objects"),
    "wrong nested key": (
        BUCKET,
        "    sse_algorithm =",
        "    sse_algo =",
        "encryption has no `sse_algo`",
        "sse_algorithm",
    ),
    "wrong nested key in a local": (BUCKET, "noncurrent_days =", "noncurent_days =", "has no `noncurent_days`", ""),
    "wrong enum": (BUCKET, '"AES256"', '"aws:kms"', "sse_algorithm cannot be `aws:kms`", "AES256"),
    "missing block": (
        "modules/postgres/main.tf",
        'dynamic "nodes"',
        'dynamic "node"',
        "has no `node`",
        "did you mean `nodes`?",
    ),
    "missing argument": (BUCKET, "  region_name  = local.region\n", "", "needs `region_name`", ""),
    "wrong type": (BUCKET, "  hide_objects = true", "  hide_objects = [true]", "takes a yes or no, not a list", ""),
    "wrong region spelling": (
        "variables.tf",
        '"EU-WEST-PAR"',
        '"eu-west-par"',
        "region cannot be `eu-west-par`",
        "capitals",
    ),
    "secret in a file": (
        "main.tf",
        'description = "token, given to services"',
        'password = "correct-horse-battery"',
        "looks like a password",
        "",
    ),
    "unpinned provider": (
        "modules/bucket/versions.tf",
        '"~> 2.19"',
        '">= 2.0"',
        "provider ovh is not pinned",
        "~> 2.19",
    ),
    "missing output": (
        "modules/network/outputs.tf",
        'output "attachment"',
        'output "attached"',
        "no output `attachment`",
        "attached",
    ),
    "drifted contract": (
        "modules/queue/variables.tf",
        'variable "tries"',
        'variable "attempts"',
        "has no input `tries`",
        "",
    ),
    "missing input": ("main.tf", "  cidr     =", "  cird     =", "module net has no input `cird`", "cidr"),
    "told by the provider": (BUCKET, "  hide_objects = true", '  created_at = "now"', "is told by the provider", ""),
    "unknown variable": (BUCKET, "var.name", "var.nam", "there is no variable `nam`", "name"),
    "unknown resource": (
        BUCKET,
        '"ovh_cloud_project_storage" "this"',
        '"ovh_cloud_storage" "this"',
        "no schema is known",
        "",
    ),
    "no HCL": (BUCKET, "  hide_objects = true", "  hide_objects = = true", "this is not HCL", ""),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_caught_in_its_file_with_one_clear_line(name: str) -> None:
    file, before, after, message, suggestion = MISTAKES[name]

    found = [one for one in check_tree(planted(file, before, after), "ovh") if message in one.message]

    assert found, [one.message for one in check_tree(planted(file, before, after), "ovh")]
    assert suggestion in found[0].suggestion
    assert "\n" not in found[0].message
    assert found[0].line > 0
    assert found[0].column > 0
    assert found[0].excerpt


def test_the_place_is_the_wrong_word_itself() -> None:
    (mistake,) = check_tree(planted(BUCKET, "    sse_algorithm =", "    sse_algo =")) or (None,)

    assert mistake is not None
    assert (mistake.file, mistake.column, mistake.width) == (BUCKET, 5, len("sse_algo"))
    assert mistake.excerpt[4:12] == "sse_algo"


@pytest.mark.parametrize(
    "text",
    [
        'key = "AKIAIOSFODNN7EXAMPLE"',
        "-----BEGIN RSA PRIVATE KEY-----",
        'secret_key = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"',
        'value = "dGhpcyBpcyBub3QgYSBzZWNyZXQgYnV0IGxvb2tzIGxpa2U5"',
        'token = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"',
    ],
)
def test_what_looks_like_a_secret_is_found_and_not_repeated(text: str) -> None:
    (mistake,) = secrets_in({"main.tf": f"# a remark\n{text}\n"})

    assert (mistake.file, mistake.line) == ("main.tf", 2)
    assert text not in mistake.excerpt
    assert "••••••••" in mistake.excerpt


@pytest.mark.parametrize(
    "text",
    [
        "password = var.password",
        'description = "Where the secret token is."',
        'source = "./modules/secret"',
        'arn = "arn:aws:acm:eu-west-3:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"',
    ],
)
def test_what_names_a_secret_is_none(text: str) -> None:
    assert not list(secrets_in({"main.tf": text}))


def hatched(settings: Mapping[str, object]) -> Workload:
    return Workload.model_validate(
        {"name": "shop", "components": [{"kind": "bucket", "name": "files", "hatch": {"ovh": settings}}]}
    )


def test_a_hatch_is_an_input_of_the_module() -> None:
    check_hatches(hatched({"versions": True}), "ovh", modules("ovh", ["bucket"]))
    check_hatches(hatched({"no-such": True}), "aws", modules("aws", ["bucket"]))

    with pytest.raises(UsageError, match=r"files has `ovh: \{verisons: …\}`, which is no input.*mean `versions`"):
        check_hatches(hatched({"verisons": True}), "ovh", modules("ovh", ["bucket"]))


@pytest.mark.parametrize(
    ("plan", "message", "suggestion"),
    [
        ("production", None, ""),
        ("enterprise", None, ""),
        ("prodution", "ovh_cloud_project_database.plan cannot be `prodution`", "did you mean `production`?"),
    ],
)
def test_a_hatch_no_resource_of_the_module_takes_is_caught_where_it_stands(
    plan: str, message: str | None, suggestion: str
) -> None:
    database = {"kind": "postgres", "name": "db", "release": 16, "network": "net", "hatch": {"ovh": {"plan": plan}}}
    workload = Workload.model_validate({"name": "shop", "components": [{"kind": "network", "name": "net"}, database]})
    made = compose(workload, place(workload, registry.get("ovh")), modules("ovh", ["network", "postgres"]))

    found = [(one.file, one.message, one.suggestion) for one in check_tree(made, "ovh")]

    assert found == ([("main.tf", f"plan of module db: {message}", suggestion)] if message else [])


def test_a_hatch_of_the_wrong_type_is_caught_in_the_tree() -> None:
    workload = hatched({"retain_days": "many"})
    landing = place(workload, registry.get("ovh"))

    found = check_tree(compose(workload, landing, modules("ovh", ["bucket"])))

    assert [one.message for one in found] == ['retain_days of module files takes a number, not `"many"`']
    assert Path(found[0].file) == Path("main.tf")
