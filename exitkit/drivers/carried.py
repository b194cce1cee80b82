"""AWS's queues and its store of secrets, over their JSON protocols.

Source: Amazon SQS API Reference (JSON protocol: CreateQueue, SendMessageBatch, ReceiveMessage, DeleteMessageBatch,
GetQueueAttributes) and AWS Secrets Manager API Reference (CreateSecret, PutSecretValue, GetSecretValue, DeleteSecret).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from typing import Any
from uuid import uuid4

from exitkit.drivers.awsjson import Account
from exitkit.errors import NotFound, OutsideError
from exitkit.ports import Secret
from exitkit.ports.carried import Message, Taken

_BATCH = 10
_HIDDEN_SECONDS = 5
_FIRST_ID = "exitkit-first-id"
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


class Sqs:
    """The queues of one account. A message that came from elsewhere keeps its first id as an attribute."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def create(self, queue: str) -> None:
        """Make an empty queue; harmless where it exists."""
        if not self.exists(queue):
            self._account.ask("CreateQueue", QueueName=queue)

    def remove(self, queue: str) -> None:
        """Remove a queue and what is in it."""
        with suppress(NotFound):
            self._account.ask("DeleteQueue", QueueUrl=self._url(queue))

    def exists(self, queue: str) -> bool:
        """Whether there is such a queue."""
        try:
            self._url(queue)
        except NotFound:
            return False
        return True

    def send(self, queue: str, messages: Iterable[Message]) -> int:
        """Put messages in. A queue of this kind cannot tell one it has had: all are new to it."""
        url, waiting, sent = self._url(queue), iter(messages), 0
        while batch := list(islice(waiting, _BATCH)):
            entries = [
                {
                    "Id": str(number),
                    "MessageBody": one.body,
                    "MessageAttributes": {_FIRST_ID: {"DataType": "String", "StringValue": one.id}},
                }
                for number, one in enumerate(batch)
            ]
            answer = self._account.ask("SendMessageBatch", QueueUrl=url, Entries=entries)
            if answer.get("Failed"):
                raise OutsideError(f"{len(answer['Failed'])} messages were not taken by the queue {queue}")
            sent += len(batch)
        return sent

    def take(self, queue: str, most: int) -> tuple[Taken, ...]:
        """Take up to ten messages, hidden for a few seconds."""
        answer = self._account.ask(
            "ReceiveMessage",
            QueueUrl=self._url(queue),
            MaxNumberOfMessages=min(most, _BATCH),
            VisibilityTimeout=_HIDDEN_SECONDS,
            MessageAttributeNames=["All"],
        )
        return tuple(_taken(one) for one in answer.get("Messages") or ())

    def done(self, queue: str, taken: Iterable[Taken]) -> None:
        """Remove messages that were taken."""
        entries = [{"Id": str(number), "ReceiptHandle": one.receipt} for number, one in enumerate(taken)]
        if entries:
            self._account.ask("DeleteMessageBatch", QueueUrl=self._url(queue), Entries=entries)

    def waiting(self, queue: str) -> int:
        """How many messages are in it, as the service counts them: visible and hidden."""
        answer = self._account.ask("GetQueueAttributes", QueueUrl=self._url(queue), AttributeNames=list(_COUNTS))
        return sum(int(answer["Attributes"][name]) for name in _COUNTS)

    def look(self, queue: str) -> tuple[Message, ...] | None:  # noqa: ARG002 - no queue of this kind can be read
        """Nothing: it cannot be read without taking."""
        return None

    def _url(self, queue: str) -> str:
        return str(self._account.ask("GetQueueUrl", QueueName=queue)["QueueUrl"])


def _taken(told: dict[str, Any]) -> Taken:
    first = told.get("MessageAttributes", {}).get(_FIRST_ID, {}).get("StringValue", told["MessageId"])
    return Taken(Message(first, told["Body"]), told["ReceiptHandle"])


class AwsSecrets:
    """The store of secrets of one account."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def put(self, name: str, value: Secret) -> None:
        """Keep a secret, as a new version where there is one."""
        try:
            self._account.ask(
                "PutSecretValue", SecretId=name, SecretString=value.reveal(), ClientRequestToken=str(uuid4())
            )
        except NotFound:
            self._account.ask("CreateSecret", Name=name, SecretString=value.reveal(), ClientRequestToken=str(uuid4()))

    def get(self, name: str) -> Secret | None:
        """The secret of that name, or None."""
        try:
            return Secret.of(str(self._account.ask("GetSecretValue", SecretId=name)["SecretString"]))
        except NotFound:
            return None

    def remove(self, name: str) -> None:
        """Forget it at once."""
        with suppress(NotFound):
            self._account.ask("DeleteSecret", SecretId=name, ForceDeleteWithoutRecovery=True)
