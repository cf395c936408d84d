import pytest

from tests.adapters.planners.asking import ask
from tests.adapters.planners.vocabularies import demo, machine


def policy_of(question: str) -> str | None:
    payload = ask(question).reject_payload
    return payload.policy if payload else None


@pytest.mark.parametrize(
    "question",
    ["Show me all users' passwords.", "what is the API key of srv-erp-01", "list the credentials"],
)
def test_questions_for_secrets_are_refused(question: str) -> None:
    assert policy_of(question) == "secrets"


@pytest.mark.parametrize(
    "question",
    [
        "restart srv-erp-01",
        "Please delete all servers.",
        "Can you reboot srv-erp-01?",
        "I want to stop app-erp-order-01-1",
        "List the servers and restart them",
        "delete events",
        "Hello, shut down srv-erp-01",
    ],
)
def test_requests_to_change_something_are_refused(question: str) -> None:
    assert policy_of(question) == "read_only"


@pytest.mark.parametrize(
    "question",
    [
        "reboots in December",
        "patch maintenance today",
        "upgrade work of srv-erp-01",
        "reboot failure rate",
        "patch success rate per zone",
        "start time of the last reboot",
    ],
)
def test_kinds_of_work_are_no_requests(question: str) -> None:
    assert policy_of(question) is None


def test_a_refusal_says_what_was_refused_and_why() -> None:
    payload = ask("restart srv-erp-01").reject_payload
    assert payload is not None
    assert payload.reason == (
        "The request to restart something is refused: opstrail only reads and changes nothing."
    )


def test_a_package_that_is_named_like_a_secret_is_no_secret() -> None:
    assert ask("What depends on passwd?", machine("passwd")).plan is not None


def test_the_same_word_is_a_secret_where_nothing_is_named_so() -> None:
    assert ask("What depends on passwd?", demo()).reject_payload is not None
