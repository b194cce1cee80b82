"""What the queues and the store of secrets of every provider do."""

from __future__ import annotations

from exitkit.ports import Secret
from exitkit.ports.carried import Message, Queues, Secrets
from exitkit.testing.bench import Bench, NotTriedError, hold

_TOLD = tuple(Message(f"first-{number}", f'{{"é": {number}}}') for number in range(12))


def messages_are_taken_once_and_gone_when_done(bench: Bench) -> None:
    """Every one arrives with its first id and its body; one that was taken is hidden, one that is done is gone."""
    queues: Queues = bench.open(Queues)  # type: ignore[type-abstract]
    name = f"{bench.scratch}-queue"
    if queues.exists(name):
        raise NotTriedError(f"there is a queue {name} already")
    try:
        for _ in range(2):
            queues.create(name)
        hold(queues.waiting(name) == 0, "a new queue holds something")
        hold(queues.send(name, _TOLD) == len(_TOLD), "fewer messages were new than were sent")
        hold(queues.waiting(name) == len(_TOLD), "a message that was sent does not wait")
        taken = [one for _ in range(3) for one in queues.take(name, 10)]
        hold(len({one.message.id for one in taken}) == len(taken) == len(_TOLD), "a message was taken twice, or never")
        hold({one.message for one in taken} == set(_TOLD), "a message is not what it was")
        hold(queues.waiting(name) == len(_TOLD), "a message that is hidden is not counted")
        for start in range(0, len(taken), 10):
            queues.done(name, taken[start : start + 10])
        hold(queues.waiting(name) == 0, "a message that is done is still there")
    finally:
        for _ in range(2):
            queues.remove(name)
    hold(not queues.exists(name), "a queue that was removed is there")


def a_secret_is_kept_replaced_and_forgotten(bench: Bench) -> None:
    """What is got is what was put last; it prints as nothing."""
    vault: Secrets = bench.open(Secrets)  # type: ignore[type-abstract]
    name = f"{bench.scratch}-secret"
    if vault.get(name) is not None:
        raise NotTriedError(f"there is a secret {name} already")
    try:
        for value in ("one", "two é"):
            vault.put(name, Secret.of(value))
            found = vault.get(name)
            hold(found is not None and found.reveal() == value, "a secret is not what was put last")
            hold(value not in repr(found), "a secret can be printed")
    finally:
        for _ in range(2):
            vault.remove(name)
    hold(vault.get(name) is None, "a secret that was forgotten is there")
