"""What calling an operation does to the world outside."""

from enum import StrEnum


class Effect(StrEnum):
    """Whether a call changes something outside, and whether that may happen twice.

    A read changes nothing. What is idempotent comes out the same however often it is done with one
    idempotency key. An effect happens again each time.
    """

    READ = "read"
    IDEMPOTENT = "idempotent"
    EFFECT = "effect"
