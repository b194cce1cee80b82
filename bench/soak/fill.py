"""Fill the register and the bucket with a few notes and scans, and more than a megabyte of notes from before."""

from __future__ import annotations

import os
import random
import sys

import boto3
from service import connect

OLD_NOTES = 800
"""So many that the table is larger than a full disk lets it become."""

count, seed = int(sys.argv[1]), int(sys.argv[2])
chance = random.Random(seed)
store = boto3.client(
    "s3",
    endpoint_url=os.environ["SCANS_ENDPOINT"],
    region_name=os.environ["SCANS_REGION"],
    aws_access_key_id=os.environ["SCANS_ACCESS_KEY"],
    aws_secret_access_key=os.environ["SCANS_SECRET_KEY"],
)
with connect() as connection, connection.cursor() as cursor:
    old = [(f"old{number}", chance.randbytes(850).hex()) for number in range(OLD_NOTES)]
    cursor.executemany("INSERT INTO note VALUES (%s, %s) ON CONFLICT DO NOTHING", old)
    for number in range(count):
        connection.execute("INSERT INTO note VALUES (%s, %s) ON CONFLICT DO NOTHING", [f"n{number}", f"note {number}"])
        store.put_object(Bucket=os.environ["SCANS_BUCKET"], Key=f"scan/{number}", Body=chance.randbytes(2000))
