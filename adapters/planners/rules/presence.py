"""Words such as "running" and "installed", which say that something is there."""

from adapters.planners.rules.mentions import Slot
from adapters.planners.rules.question import DoesNotFit, Reading

_SAYS_NOTHING_NEW = {"RUNNING": {"process", "port"}, "INSTALLED": {"package"}}


def refuse_presence(reading: Reading) -> None:
    """Raise `DoesNotFit` where such a word would be a condition: not each server is running."""
    classes = {
        str(meaning.filter.value).lower()
        for mention in reading.every(Slot.HEAD)
        for meaning in mention.meanings
    }
    for symbol, allowed in _SAYS_NOTHING_NEW.items():
        if reading.says(symbol) and not (classes and classes <= allowed):
            raise DoesNotFit
