"""Answer over HTTP: JSON for programs, a French questionnaire for people."""

import json
import logging
import re
import secrets
import traceback
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from attestation import identifier, issuing, letter, record
from attestation.declaration import FIELDS, DeclarationError, Mistake, parse
from attestation.documents import Documents
from attestation.errors import InconsistentError, UnavailableError
from attestation.issuing import KeyReusedError, Office
from attestation.record import Attestation
from attestation.register import Register

LARGEST_REQUEST = 64 * 1024
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

log = logging.getLogger("attestation")
pages = Blueprint("pages", __name__)


def create_app(register: Register, documents: Documents, served_by: str) -> Flask:
    """Return the application, given where it keeps things and the name it answers under."""
    app = Flask("attestation")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.extensions["office"] = Office(
        register, documents, now=lambda: datetime.now(UTC), draw=lambda: secrets.randbits(identifier.BITS)
    )
    app.add_template_filter(letter.euros)
    app.add_template_filter(record.moment)
    app.register_blueprint(pages)

    @app.after_request
    def name_ourselves(response: Response) -> Response:
        response.headers["X-Served-By"] = served_by
        for name, value in _SAFE.items():
            response.headers.setdefault(name, value)
        return response

    app.register_error_handler(UnavailableError, _unavailable)
    app.register_error_handler(InconsistentError, _inconsistent)
    app.register_error_handler(HTTPException, _other)
    app.register_error_handler(Exception, _unexpected)
    return app


@pages.get("/")
def questionnaire() -> str:
    """Show the empty questionnaire."""
    return _form({}, [])


@pages.post("/attestations")
def issue() -> AnyResponse | tuple[str, int]:
    """Issue an attestation, or show the one that this idempotency key already gave."""
    fields: dict[str, Any] = {}
    try:
        fields, key = _submitted()
        _check_key(key)
        declaration = parse(fields, today=_office().now().date())
        attestation, new = issuing.issue(declaration, key, _office())
    except DeclarationError as error:
        if _from_a_page():
            return _form(fields, error.mistakes), 422
        mistakes = [{"field": mistake.field, "message": mistake.message} for mistake in error.mistakes]
        return _json({"error": "invalid", "mistakes": mistakes}, 422)
    except KeyReusedError:
        if _from_a_page():
            # Somebody went back and changed an answer: the same answers under a fresh key are a new request.
            return _form(fields, [Mistake("form", "was sent before")]), 409
        return _json({"error": "this Idempotency-Key came before with another declaration"}, 409)
    log.info("%s %s %s", "issued" if new else "replayed", attestation.identifier, attestation.decision)
    where = f"/attestations/{attestation.identifier}"
    if _from_a_page():
        return redirect(where, 303)
    return _json(attestation.as_json(), 201 if new else 200, {"Location": where})


@pages.get("/attestations/by-key/<key>")
def sent_before(key: str) -> AnyResponse:
    """Tell a client that had no answer whether its request is on the register, and under which name."""
    attestation = _office().register.replay(key) if _KEY.fullmatch(key) else None
    if attestation is None:
        return _json({"error": "nothing was issued under this Idempotency-Key"}, 404)
    return _json({"identifier": attestation.identifier}, 200)


@pages.get("/attestations/<name>")
def show(name: str) -> AnyResponse | str:
    """Show an attestation, once its document has been read and found to be the right one."""
    attestation = _find(name)
    if attestation is None:
        return _json({"error": "there is no such attestation"}, 404)
    issuing.fetch(attestation, _office().documents)
    if _wants_a_page():
        return render_template("attestation.html", attestation=attestation)
    shown = attestation.as_json()
    shown["document"] = {"key": attestation.document_key, "sha256": attestation.document_sha256.hex(), "verified": True}
    return _json(shown, 200)


@pages.get("/attestations/<name>/document")
def download(name: str) -> AnyResponse:
    """Give the document itself, after checking it."""
    attestation = _find(name)
    if attestation is None:
        return _json({"error": "there is no such attestation"}, 404)
    document = issuing.fetch(attestation, _office().documents)
    response = Response(document, content_type=letter.CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{attestation.identifier}.html"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.set_etag(attestation.document_sha256.hex())
    return response


@pages.get("/healthz")
def health() -> AnyResponse:
    """Say whether each part answers; a register that is read-only for now is still healthy."""
    parts: dict[str, dict[str, object]] = {}
    try:
        parts["register"] = {"ok": True, "writable": _office().register.writable()}
    except UnavailableError as error:
        parts["register"] = {"ok": False, "reason": error.reason}
    try:
        _office().documents.ready()
        parts["dossiers"] = {"ok": True}
    except UnavailableError as error:
        parts["dossiers"] = {"ok": False, "reason": error.reason}
    fine = all(part["ok"] for part in parts.values())
    return _json({"ok": fine, "parts": parts}, 200 if fine else 503)


def _office() -> Office:
    office: Office = current_app.extensions["office"]
    return office


def _find(name: str) -> Attestation | None:
    return _office().register.find(name) if identifier.valid(name) else None


def _submitted() -> tuple[dict[str, Any], str | None]:
    """Return the fields of the request and its idempotency key, from JSON or from the questionnaire."""
    key = request.headers.get("Idempotency-Key")
    if request.mimetype == "application/x-www-form-urlencoded":
        form = {name: value.strip() for name, value in request.form.items()}
        key = key or form.get("idempotency_key")
        form.pop("idempotency_key", None)
        return {name: _typed(name, value) for name, value in form.items()}, key
    if request.mimetype != "application/json":
        raise DeclarationError(
            [Mistake("Content-Type", "must be application/json or application/x-www-form-urlencoded")]
        )
    try:
        fields = json.loads(request.get_data())
    except (ValueError, RecursionError) as error:
        raise DeclarationError([Mistake("body", "is not JSON")]) from error
    if not isinstance(fields, dict):
        raise DeclarationError([Mistake("body", "must be a JSON object")])
    return fields, key


def _typed(name: str, value: str) -> str:
    """People type `1 234,56`; programs may not."""
    if name in ("turnover_2019", "payroll", "amount"):
        return re.sub(r"\s", "", value).replace(",", ".").removesuffix("€")
    return value


def _check_key(key: str | None) -> None:
    if key is not None and not _KEY.fullmatch(key):
        raise DeclarationError(
            [Mistake("Idempotency-Key", "must be 1 to 200 printable ASCII characters without spaces")]
        )


def _wants_a_page() -> bool:
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _from_a_page() -> bool:
    return request.mimetype == "application/x-www-form-urlencoded" and _wants_a_page()


def _form(values: dict[str, Any], mistakes: list[Mistake]) -> str:
    wrong = {mistake.field: mistake.message for mistake in mistakes}
    return render_template("questionnaire.html", fields=FIELDS, values=values, wrong=wrong, key=uuid.uuid4().hex)


def _json(body: dict[str, Any], status: int, headers: dict[str, str] | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False) + "\n"
    return Response(text, status=status, headers=headers, content_type="application/json")


def _unavailable(error: UnavailableError) -> Response:
    log.warning("unavailable: %s", error)
    return _json({"error": "unavailable", "part": error.part, "reason": error.reason}, 503, {"Retry-After": "1"})


def _inconsistent(error: InconsistentError) -> Response:
    log.error("inconsistent: %s", error)
    return _json({"error": "inconsistent", "part": error.part, "reason": error.reason}, 500)


def _other(error: HTTPException) -> Response:
    return _json({"error": error.name.lower()}, error.code or 500)


def _unexpected(error: Exception) -> Response:
    # The type and the place only: the message of a foreign error may quote what a company declared.
    place = traceback.extract_tb(error.__traceback__)[-1]
    log.error("unexpected: %s at %s:%s", type(error).__name__, place.filename, place.lineno)
    return _json({"error": "unexpected"}, 500)
