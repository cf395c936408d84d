"""The operations on deliveries: what servers outside have not taken, and sending it again."""

from typing import Final

from pydantic import Field

from domain.operations.operation import Caller, Params, Scope, command, read
from domain.operations.run_lists import HOW_MANY
from domain.operations.services import Services
from domain.views.delivery import LETTERS, SENT_AGAIN, Letter, SentAgain


class WhichLetters(Params):
    """How many letters are wanted."""

    limit: int = HOW_MANY


class SendAgain(Params):
    """Which dead letters are to be sent again."""

    events: tuple[str, ...] = Field(
        default=(), max_length=1000, description="The ids of their events; all without."
    )


async def list_letters(have: Services, caller: Caller, params: WhichLetters) -> list[Letter]:
    """Return what servers outside have not taken yet, the oldest first."""
    return [*have.upkeep.deliveries.letters(caller.tenant_id, limit=params.limit)]


async def send_again(have: Services, caller: Caller, params: SendAgain) -> SentAgain:
    """Let letters that nobody tries any more be tried again, as if for the first time."""
    return SentAgain(have.upkeep.deliveries.send_again(caller.tenant_id, params.events))


LIST_LETTERS: Final = read("delivery.list", Scope.RUNS_READ, WhichLetters, LETTERS, list_letters)
SEND_AGAIN: Final = command("delivery.resend", Scope.RUNS_WRITE, SendAgain, SENT_AGAIN, send_again)
