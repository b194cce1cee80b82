"""The reasons for which this service cannot answer."""


class ServiceError(Exception):
    """Something a client is told about, with the part that is at fault."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part}: {reason}")
        self.part = part
        self.reason = reason


class UnavailableError(ServiceError):
    """A part we need does not answer now, or only answers reads; asking again later is right. (503)"""


class InconsistentError(ServiceError):
    """The register and the documents disagree; asking again will not help. (500)"""
