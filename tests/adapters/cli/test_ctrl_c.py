"""The first Ctrl-C lets work stop in order, the second one interrupts it."""

import signal

import pytest

from adapters.cli.commands.replays import stopped_by_ctrl_c


def test_the_first_ctrl_c_asks_to_stop() -> None:
    with stopped_by_ctrl_c() as is_stopped:
        before = is_stopped()
        signal.raise_signal(signal.SIGINT)
        assert (before, is_stopped()) == (False, True)


def test_the_second_ctrl_c_interrupts() -> None:
    with stopped_by_ctrl_c():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_afterwards_ctrl_c_interrupts_as_before() -> None:
    with stopped_by_ctrl_c():
        pass
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
