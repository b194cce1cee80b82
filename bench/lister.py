"""List a bucket with exitkit's engine, all ranges at once, and count: `python lister.py URL BUCKET`."""

from __future__ import annotations

import asyncio
import os
import sys

from exitkit.drivers.s3 import S3Store
from exitkit.ports import Secret
from exitkit.transfer.find import EVERYTHING, pages, ranges


async def counted(url: str, bucket: str) -> tuple[int, int]:
    """How many objects, and how many bytes they are."""
    store = S3Store(
        url,
        region=os.environ["AWS_REGION"],
        access_key=os.environ["AWS_ACCESS_KEY_ID"],
        secret_key=Secret.of(os.environ["AWS_SECRET_ACCESS_KEY"]),
    )
    flow = store.flow(bucket)

    async def one(within: tuple[str, str]) -> tuple[int, int]:
        count = size = 0
        async for page in pages(flow, within):
            count += len(page)
            size += sum(each.size for each in page)
        return count, size

    found = await asyncio.gather(*(one(within) for within in await ranges(flow) or [EVERYTHING]))
    await flow.close()
    return sum(count for count, _ in found), sum(size for _, size in found)


def main() -> None:
    """Print the count and the bytes."""
    try:
        from uvloop import run
    except ImportError:
        run = asyncio.run
    print(*run(counted(sys.argv[1], sys.argv[2])))


if __name__ == "__main__":
    main()
