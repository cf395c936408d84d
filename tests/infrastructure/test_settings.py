"""Settings come from the environment, within bounds."""

import pytest

from domain.figures import TOLERANCE
from infrastructure.config import InvalidSetting
from infrastructure.settings import settings

NAME = "OPSTRAIL_VERIFY_TOLERANCE"


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)


def test_without_any_they_have_their_defaults() -> None:
    assert settings().verify_tolerance == TOLERANCE == 1e-9


@pytest.mark.parametrize("text", ["1e-9", "1e-6", "0.001"])
def test_a_setting_widens_the_tolerance(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, text)
    assert settings().verify_tolerance == float(text)


def test_one_that_is_empty_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "")
    assert settings().verify_tolerance == TOLERANCE


@pytest.mark.parametrize("text", ["1e-10", "0", "-1", "0.0011", "nan", "inf", "much"])
def test_what_is_not_allowed_is_refused_by_its_name(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME, text)
    with pytest.raises(InvalidSetting, match=rf"^{NAME}: input should be .*, got '{text}'$"):
        settings()


def test_what_a_policy_of_replanning_does_not_name_is_as_by_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPSTRAIL_REPLANNING", '{"max_replans": 1}')
    policy = settings().replanning
    assert (policy.max_replans, policy.cooling_period_seconds) == (1, 1)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("much", "JSON is malformed: invalid character (byte 0)"),
        ("[]", "Expected `object`, got `array`"),
        ('{"often": 1}', "Object contains unknown field `often`"),
        ('{"max_replans": 0}', "max_replans must be positive"),
        (
            '{"allowed_triggers": ["rain"]}',
            "'rain' is no trigger; allowed: error, timeout, policy_violation, empty_result,"
            " quality_threshold",
        ),
    ],
)
def test_a_policy_of_replanning_that_is_none_is_refused(
    text: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_REPLANNING", text)
    with pytest.raises(InvalidSetting) as refused:
        settings()
    assert str(refused.value) == f"OPSTRAIL_REPLANNING: {why}"
