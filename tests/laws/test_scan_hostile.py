"""Whatever lies in a folder: no crash, bounded time and memory, one line for each file, nothing outside read."""

from __future__ import annotations

import json
import os
import socket
import string
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exitkit.api.scanned import draft, scan
from exitkit.model.inventory import Inventory, State
from exitkit.scan.evaluate import Budget, Evaluator, Unknown
from exitkit.scan.limits import MOST_BYTES, MOST_TEXT
from exitkit.scan.readers.file import read
from exitkit.scan.render import FORMATS, render
from exitkit.scan.walk import walk

SECONDS = 60
"""What any one of these may take on a slow machine that does other work."""

QUEUE = 'resource "aws_sqs_queue" "q" {}\n'


def whole(folder: Path) -> Inventory:
    """A scan, drafted and rendered in every format."""
    began = time.process_time()
    done = scan(folder, workers=1)
    draft(done)
    for form in FORMATS:
        render(done.inventory, format=form)
    assert time.process_time() - began < SECONDS
    return done.inventory


def _bomb(levels: int) -> str:
    lines = ['  a0 = "xxxxxxxxxx"']
    lines += [f'  a{n} = "{("${local.a" + str(n - 1) + "}") * 10}"' for n in range(1, levels)]
    return "locals {\n" + "\n".join(lines) + f'\n}}\nresource "aws_s3_bucket" "b" {{ bucket = local.a{levels - 1} }}\n'


def _chain(length: int) -> str:
    lines = [f"  a{n} = local.a{n + 1}" for n in range(length)]
    return (
        "locals {\n"
        + "\n".join(lines)
        + f'\n  a{length} = 1\n}}\nresource "aws_sqs_queue" "q" {{ count = local.a0 }}\n'
    )


HOSTILE: dict[str, tuple[str, str | bytes]] = {
    "brackets": ("a.tf", "locals {\n a = " + "[" * 200_000 + "\n}\n"),
    "objects": ("a.tf", "locals {\n a = " + "{a=" * 100_000),
    "parentheses": ("a.tf", "locals {\n a = " + "(" * 50_000 + "1" + ")" * 50_000 + "\n}\n"),
    "nots": ("a.tf", "locals {\n a = " + "!" * 100_000 + "true\n}\n"),
    "sums": ("a.tf", "locals {\n a = 1" + "+1" * 100_000 + "\n}\n"),
    "blocks": ("a.tf", 'resource "a" "b" {' * 50_000),
    "nested blocks": ("a.tf", 'resource "aws_x" "b" {\n' + "x {\n" * 3_000 + "}\n" * 3_001),
    "heredoc": ("a.tf", 'resource "aws_s3_bucket" "b" {\n  x = <<E\n' + "text\n" * 500_000 + "E\n}\n"),
    "heredoc without end": ("a.tf", "locals {\n  x = <<E\n" + "text ${var.x}\n" * 20_000),
    "every byte": ("a.tf", bytes(range(1, 256)) * 1_000),
    "zero bytes": ("a.tf", b"\0" * 1_000),
    "not UTF-8": ("a.tf", QUEUE.encode() + b"# \xff\xfe\xc3(\n"),
    "byte order mark": ("a.tf", b"\xef\xbb\xbf" + QUEUE.encode()),
    "text bomb": ("a.tf", _bomb(30)),
    "number bomb": ("a.tf", "locals {\n  a0 = 9\n" + "".join(f"  a{n} = local.a{n - 1} * local.a{n - 1}\n"
                            for n in range(1, 60)) + '}\nresource "aws_sqs_queue" "q" { count = local.a59 }\n'),
    "list bomb": ("a.tf", "locals {\n  a0 = [1]\n" + "".join(f"  a{n} = concat(local.a{n - 1}, local.a{n - 1})\n"
                          for n in range(1, 60)) + '}\nresource "aws_sqs_queue" "q" { count = length(local.a59) }\n'),
    "for bomb": ("a.tf", "locals {\n  r = range(9999)\n  a = [for x in local.r : [for y in local.r : [for z in local.r : 1]]]\n"
                         '}\nresource "aws_sqs_queue" "q" { count = length(local.a) }\n'),
    "many of it": ("a.tf", 'resource "aws_sqs_queue" "q" { count = 1e300 }\nresource "aws_sns_topic" "t" { count = -5 }\n'),
    "long chain": ("a.tf", _chain(3_000)),
    "hangs on itself": ("a.tf", 'locals { a = local.b\n b = local.a }\nresource "aws_sqs_queue" "q" { count = local.a }\n'),
    "control letters": ("a.tf", 'resource "aws_sqs_queue" "q\\u001b[2J\x1b[31m" {}\n'),
    "many comments": ("a.py", "/*" * 100_000 + "#" * 10),
    "many openings": ("a.go", "/* " * 300_000),
    "many quotes": ("a.py", '"""' * 100_001),
    "many backticks": ("a.js", "`" * 200_001),
    "many imports": ("a.js", "import {" * 20_000 + ' from "@aws-sdk/client-s3"\n'),
    "long words": ("a.py", ("boto" + "a" * 15_000 + "\n") * 100),
    "many dots": ("a.py", "import boto3\n" + ("a." * 9_000 + "\n") * 50),
    "hosts": ("a.py", ("x" * 9_000 + ".amazonaws.com\n") * 100),
    "yaml aliases": ("a.yaml", "AWS::x: &a [1]\n" + "".join(f"k{n}: &b{n} [{', '.join([f'*b{n - 1}' if n else '*a'] * 9)}]\n"
                               for n in range(12)) + "Resources: {T: {Type: 'AWS::SQS::Queue', Properties: {QueueName: *b11}}}\n"),
    "yaml depth": ("a.yaml", "AWS::x: " + "[" * 100_000),
    "yaml tags": ("a.yaml", "AWS::x: !!python/object/apply:os.system ['touch /tmp/owned']\n"),
    "yaml keys": ("a.yaml", "AWS::x: {? {a: b} : c, ? [1] : 2}\n"),
    "json depth": ("a.json", '{"AWS::": ' + "[" * 200_000),
    "json digits": ("a.tfstate", '{"version": ' + "4" * 10_000 + "}"),
    "state of nonsense": ("a.tfstate", json.dumps({"version": 4, "resources": [1, {}, {"mode": "managed", "instances": [
        None, {"attributes": []}]}, {"mode": "managed", "type": [], "name": {}, "module": 3, "instances": {}}]})),
    "plan of nonsense": ("p.json", json.dumps({"format_version": "1.0", "terraform_version": "1", "planned_values": {
        "root_module": {"resources": [1, {"mode": "managed"}, {"mode": "managed", "values": {"size": {}}}],
                        "child_modules": [None]}}, "configuration": {"provider_config": {"aws": [1]}}})),
    "template of nonsense": ("t.json", json.dumps({"AWSTemplateFormatVersion": 1, "Parameters": [], "Resources": {
        "a": 1, "b": {"Type": 1}, "c": {"Type": "AWS::S3::Bucket", "Properties": [], "Condition": {}},
        "d": {"Type": "AWS::RDS::DBInstance", "Properties": {"AllocatedStorage": {"Fn::Sub": ["${x}", {}]},
                                                              "KmsKeyId": {"Fn::GetAtt": []}}}}})),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_one_hostile_file_is_told_in_one_line(tmp_path: Path, what: str) -> None:
    name, text = HOSTILE[what]
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    [file] = whole(tmp_path).files

    assert "\n" not in file.why
    assert bool(file.why) == (file.state is not State.READ)
    assert not Path("/tmp/owned").exists()


def test_what_is_too_much_to_work_out_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_text(_bomb(30))

    [bucket] = whole(tmp_path).resources

    assert len(bucket.model_dump_json()) < MOST_TEXT


def test_nothing_outside_the_folder_is_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.tf").write_text('resource "aws_sqs_queue" "secret" {}\n')
    inside = tmp_path / "inside"
    (inside / "sub").mkdir(parents=True)
    (inside / "main.tf").write_text(
        QUEUE + 'module "m" { source = "../outside" }\nmodule "n" { source = "./linked" }\n'
    )
    (inside / "link.tf").symlink_to(outside / "secret.tf")
    (inside / "linked").symlink_to(outside)
    (inside / "round").symlink_to(inside)
    (inside / "again.tf").symlink_to(inside / "main.tf")
    (inside / "nowhere.tf").symlink_to("/nonexistent")
    (inside / "sub" / "device.tf").symlink_to("/dev/zero")
    os.mkfifo(inside / "pipe.tf")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(inside / "s.tf"))
        found = whole(inside)

    assert "secret" not in found.model_dump_json().replace("secret.tf", "")
    assert [one.address for one in found.resources] == ["aws_sqs_queue.q"]
    assert {one.path: one.why for one in found.files if one.state is State.REFUSED} == {
        "link.tf": "a link that leads out of the folder",
        "linked": "a link that leads out of the folder",
        "nowhere.tf": "a link that leads out of the folder",
        "sub/device.tf": "a link that leads out of the folder",
    }
    assert sum("a pipe, a socket" in one.why for one in found.files) == 2


def test_a_name_no_terminal_should_see_is_spelled(tmp_path: Path) -> None:
    for name in ("a\x1b[31m.tf", "b\n.tf", os.fsdecode(b"c\xff.tf"), "d\u202e.tf"):
        (tmp_path / name).write_text(QUEUE)

    found = whole(tmp_path)

    assert [one.path for one in found.files] == ["a\\x1b[31m.tf", "b\\n.tf", "c\\udcff.tf", "d\\u202e.tf"]
    assert {one.state for one in found.files} == {State.READ}
    assert all("\x1b" not in render(found, format=form) for form in FORMATS)


@pytest.mark.parametrize(("name", "reader"), [("a.tfstate", "state"), ("a.tf", "terraform"), ("a.py", "python")])
def test_a_file_beyond_the_limit_is_refused_by_its_size_alone(tmp_path: Path, name: str, reader: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(200 * 2**20)

    [told] = whole(tmp_path).files

    assert (told.state, told.sha256) == (State.REFUSED, None)
    assert told.why == f"200.0 MiB is more than the {MOST_BYTES[reader] // 2**20} MiB that are read of such a file"


@pytest.mark.parametrize(
    "manifest",
    [
        "[" * 200_000,
        '{"Modules": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"Modules": [1, {}, {"Key": 1, "Dir": []}, {"Key": "a", "Dir": ' + '"x/' * 9_000 + '"}]}',
        json.dumps({"Modules": [{"Key": f"k{n}", "Dir": ".terraform/modules/ring"} for n in range(100_000)]}),
        b"\xff\xfe",
    ],
    ids=["brackets", "depth", "nonsense", "many", "not UTF-8"],
)
def test_a_hostile_manifest_of_modules_ends(tmp_path: Path, manifest: str | bytes) -> None:
    modules = tmp_path / ".terraform" / "modules"
    (modules / "ring").mkdir(parents=True)
    (modules / "ring" / "main.tf").write_text('module "k1" { source = "example/ring/aws" }\n')
    (modules / "modules.json").write_bytes(manifest if isinstance(manifest, bytes) else manifest.encode())
    (tmp_path / "main.tf").write_text('module "k0" { source = "example/ring/aws" }\n' + QUEUE)

    found = whole(tmp_path)

    assert [one.address for one in found.resources] == ["aws_sqs_queue.q"]
    assert all("\n" not in one.why for one in found.files)


def test_resources_that_all_name_one_another_end(tmp_path: Path) -> None:
    resources = [
        {
            "mode": "managed",
            "type": "aws_sqs_queue",
            "name": f"q{number}",
            "instances": [{"attributes": {}, "dependencies": [f"aws_sqs_queue.q{number * 7 + n}" for n in range(60)]}],
        }
        for number in range(2_000)
    ]
    (tmp_path / "a.tfstate").write_text(json.dumps({"version": 4, "lineage": "x", "resources": resources}))

    assert len(whole(tmp_path).resources) == 2_000


def test_modules_that_double_end_at_the_limit(tmp_path: Path) -> None:
    for level in range(30):
        folder = tmp_path / f"m{level}"
        folder.mkdir()
        calls = [f'module "{name}" {{ source = "../m{level + 1}" }}\n' for name in "ab"]
        (folder / "main.tf").write_text("".join(calls) if level < 29 else QUEUE)

    found = whole(tmp_path)

    assert any("module calls" in one.why for one in found.opaque)


def test_a_folder_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    here = tmp_path
    for _ in range(80):
        here = here / "d"
    here.mkdir(parents=True)
    (here / "a.tf").write_text(QUEUE)

    found = whole(tmp_path)

    assert [one.why for one in found.files] == ["folders are nested deeper than 64"]


WORDS = st.sampled_from([
    "resource", '"aws_s3_bucket"', '"b"', "{", "}", "[", "]", "(", ")", "=", "${", '"', "<<E\n", "E\n", "for", "in", ":",
    "?", "var.x", "local.a", "count", "for_each", "module", "source", '"./m"', "\n", ",", "*", ".", "1", "!", "#", "/*",
    "locals", "variable", "default", "each.key", "jsonencode", "=>", "...", "\\", "é", "\x00", "exitkit:ignore LK401",
])  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, max_size=60).map(" ".join))
def test_any_words_are_read_partial_or_refused(text: str) -> None:
    told = read("terraform", text.encode(), {})

    assert json.loads(json.dumps(told)) == told
    assert "refused" in told or isinstance(told["partial"], str)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["terraform", "variables", "state", "json", "yaml", "python", "javascript", "java", "go"]),
    st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)),
    st.sampled_from([b"", b"AWS::", b'{"terraform_version": 1, ', b"import boto3\n", b"Resources:\n  A: "]),
)
def test_any_bytes_are_read_skipped_or_refused(reader: str, content: bytes, before: bytes) -> None:
    told = read(reader, before + content, {})

    assert json.loads(json.dumps(told)) == told
    assert sum(word in told for word in ("refused", "skipped", "partial")) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(string.printable, max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["Type", "Properties", "Ref", "Fn::Sub", "type", "name", "mode", "instances", "attributes",
                         "values", "address", "resources", "child_modules", "root_module", "AllocatedStorage"]),
        inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(JSON, st.sampled_from(["state", "plan", "template", "terraform"]))
def test_any_document_is_told_as_plain_json(inner: object, kind: str) -> None:
    document, reader = {
        "state": ({"version": 4, "resources": [inner, {"mode": "managed", "instances": [{"attributes": inner}]}]}, "state"),
        "plan": ({"format_version": "1.0", "terraform_version": "1", "planned_values": {"root_module": inner}}, "json"),
        "template": ({"AWSTemplateFormatVersion": 1, "Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": inner},
                                                                     "B": inner}}, "json"),
        "terraform": ({"resource": inner, "module": {"m": inner}, "locals": inner, "terraform": inner}, "terraform-json"),
    }[kind]  # fmt: skip

    told = read(reader, json.dumps(document).encode(), {})

    assert json.loads(json.dumps(told)) == told


EXPRESSIONS = st.recursive(
    st.sampled_from([["v", 1], ["v", "x"], ["v", None], ["v", True], ["x", "not followed"], ["v", 10**17],
                     ["r", "var", [["a", "l"]]], ["r", "var", [["a", "m"]]], ["r", "n", []]]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: ["l", parts]),
        st.lists(inner, max_size=3).map(lambda parts: ["t", parts]),
        st.lists(st.tuples(inner, inner).map(list), max_size=3).map(lambda pairs: ["o", pairs]),
        st.tuples(st.sampled_from(["concat", "merge", "format", "join", "range", "replace", "lookup", "substr", "slice",
                                   "element", "flatten", "toset", "tonumber", "try", "zipmap", "max", "nope"]),
                  st.lists(inner, max_size=3)).map(lambda call: ["c", *call]),
        st.tuples(st.sampled_from(["+", "-", "*", "/", "%", "==", "<", "&&", "||"]), inner, inner).map(lambda b: ["b", *b]),
        st.tuples(inner, inner, inner).map(lambda parts: ["?", *parts]),
        st.tuples(inner, inner, st.none() | inner).map(lambda f: ["f", ["n"], f[0], [f[1]], f[2]]),
        st.tuples(inner, st.lists(st.sampled_from([["a", "x"], ["i", ["v", 0]], ["i", ["l", []]], ["*"]]), max_size=2)).map(
            lambda parts: ["s", *parts]),
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS)
def test_any_expression_is_worth_something_or_unknown_and_always_the_same(expression: list[object]) -> None:
    known = {"l": [1, 2], "m": {"x": "y"}}

    def worth() -> object:
        return Evaluator(
            lambda root, steps, _: known.get(str(steps[0][1])) if steps else Unknown(root), Budget()
        ).value(expression)

    assert worth() == worth()


def test_the_same_folder_gives_the_same_bytes_however_it_is_read(tmp_path: Path) -> None:
    for number in range(40):
        folder = tmp_path / "estate" / f"f{number:02}"
        folder.mkdir(parents=True)
        (folder / "main.tf").write_text(QUEUE + "# padding\n" * 9_000)
        (folder / "app.py").write_text('import boto3\nboto3.client("sqs")\n' + "# padding\n" * 2_000)
    cache = tmp_path / "cache"

    def told(workers: int, kept: Path | None) -> str:
        return render(scan(tmp_path / "estate", workers=workers, cache=kept).inventory, format="json")

    once = told(1, None)
    assert told(2, cache) == once
    assert list(cache.rglob("*.json"))
    assert told(1, cache) == once
    for file in cache.rglob("*.json"):
        file.write_bytes(b"{")
    assert told(1, cache) == once


def test_the_walk_is_in_order_of_path(tmp_path: Path) -> None:
    for name in ("b/a.tf", "a.tf", "b.tf", "a/z.tf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")

    assert [one.path for one in walk(tmp_path)] == ["a.tf", "a/z.tf", "b.tf", "b/a.tf"]
