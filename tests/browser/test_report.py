"""The report opens in a real browser, without a network, and prints."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from exitkit import api
from exitkit.api.playbooks import read_playbook
from exitkit.rehearsal.runbook import Told, runbook
from exitkit.report.render import render

pytestmark = pytest.mark.browser

SPEC = Path(__file__).resolve().parents[2] / "examples" / "pge-attestation" / "workload.yaml"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("report") / "exit.html"
    report = api.score(api.validate(SPEC), source="aws", target="ovh")
    file.write_text(render(report, format="html", lang="fr"), encoding="utf-8")
    return file


def chromium(page: Path, tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine")
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    offline = ["--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND"]
    return subprocess.run(
        [program, *quiet, *offline, f"--user-data-dir={tmp_path / 'profile'}", *arguments, page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_verdict_is_on_the_page_a_browser_shows(page: Path, tmp_path: Path) -> None:
    shown = chromium(page, tmp_path, "--dump-dom")

    assert shown.returncode == 0
    assert '<html lang="fr"' in shown.stdout
    assert "Non démontré" in shown.stdout or "Non prouvé" in shown.stdout
    assert "<script" not in shown.stdout


def test_it_prints_to_more_than_one_page(page: Path, tmp_path: Path) -> None:
    printed = tmp_path / "exit.pdf"

    chromium(page, tmp_path, f"--print-to-pdf={printed}", "--no-pdf-header-footer")

    body = printed.read_bytes()
    assert body.startswith(b"%PDF")
    assert body.count(b"/Type /Page\n") + body.count(b"/Type /Page ") + body.count(b"/Type /Page/") >= 2


def test_a_runbook_opens_without_a_network_and_prints(tmp_path: Path) -> None:
    from exitkit.report.render import runbook as renderer
    from exitkit.testing.worlds import EVERYTHING, fake_plan

    plan = fake_plan(EVERYTHING, read_playbook("cold-start"))
    told = Told(titles={"here": "Here", "there": "There"}, plan_file="p.json", exitkit="0", lang="fr")
    file = tmp_path / "runbook.html"
    file.write_text(renderer.render(runbook(plan, told), "html"), encoding="utf-8")

    shown = chromium(file, tmp_path, "--dump-dom")
    chromium(file, tmp_path, f"--print-to-pdf={tmp_path / 'runbook.pdf'}", "--no-pdf-header-footer")

    assert "Démarrage à froid" in shown.stdout
    assert "<script" not in shown.stdout
    assert (tmp_path / "runbook.pdf").read_bytes().count(b"/Type /Page\n") >= 5
