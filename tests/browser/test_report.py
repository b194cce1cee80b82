"""The report opens in a real browser, without a network, and prints."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest

from exitkit import api
from exitkit.api.playbooks import read_playbook
from exitkit.rehearsal.runbook import Told, runbook
from exitkit.report.render import render
from tests.unit.evidence.rehearsed import rehearsed

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


def test_what_is_printed_is_short_and_leaves_nothing_out(tmp_path: Path) -> None:
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("no pdftotext here")
    page, printed = tmp_path / "exit.html", tmp_path / "exit.pdf"
    report = api.report_of(rehearsed(tmp_path))
    page.write_text(render(report, format="html", lang="fr"), encoding="utf-8")

    chromium(page, tmp_path, f"--print-to-pdf={printed}", "--no-pdf-header-footer")
    text = subprocess.run([reader, "-raw", str(printed), "-"], capture_output=True, text=True, check=True).stdout

    pages = unicodedata.normalize("NFKC", text).split("\f")[:-1]
    assert len(pages) <= 40  # 63 before the annexes stood in small type
    assert report.measurements is not None
    first, whole = (re.sub(r"[\s\u00ad-]", "", one) for one in (pages[0], "".join(pages)))
    assert all(name.replace("-", "") in first for name in report.components)  # the first page is one page
    wanted = set(re.findall(r"\w{4,}", words_of(page.read_text(encoding="utf-8"))))
    lost = sorted(word for word in wanted if word not in whole)
    assert lost == []


def words_of(page: str) -> str:
    """What stands in the main part of a page, but for the list of its parts, which paper has no use for."""
    main = page.partition("<main")[2].partition("</main>")[0]
    unseen = r"<nav.*?</nav>|<(h2|span) class=\"unseen\">.*?</\1>|<thead>.*?</thead>"
    seen = re.sub(unseen, " ", main, flags=re.DOTALL)
    return unicodedata.normalize("NFKC", html.unescape(re.sub(r"<[^>]+>", " ", seen)))


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
