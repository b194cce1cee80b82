"""Object stores over the S3 protocol: an engine of our own for what is hot, libcloud for the rest."""

from exitkit.drivers.s3.account import LARGEST, S3Store

__all__ = ["LARGEST", "S3Store"]
