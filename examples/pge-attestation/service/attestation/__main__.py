"""Start the service: `python -m attestation`."""

import logging
import os
import signal
import sys
from typing import NoReturn

import waitress

from attestation import documents, settings
from attestation.errors import ServiceError
from attestation.register import PostgresRegister
from attestation.web import create_app

THREADS = 16


def main() -> int:
    """Read the settings, prepare the register, and serve until told to stop."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    log = logging.getLogger("attestation")
    try:
        told = settings.read(os.environ)
    except settings.SettingsError as error:
        sys.stderr.write(f"attestation: cannot start: {error}\n")
        return 2
    register = PostgresRegister(told.register)
    try:
        register.prepare()
    except ServiceError as error:
        # A service that waits for its database is easier to move than one that dies with it; /healthz tells.
        log.warning("started all the same: %s", error)
    app = create_app(register, documents.connect(told.documents, connections=THREADS), told.served_by)
    signal.signal(signal.SIGTERM, _stop)
    log.info("listening on %s:%d as %s", told.listen_host, told.listen_port, told.served_by)
    waitress.serve(app, host=told.listen_host, port=told.listen_port, threads=THREADS, ident=None)
    return 0


def _stop(*_: object) -> NoReturn:
    # waitress lets running requests finish when it sees SystemExit.
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
