import pytest

from domain.estate.phrases import normalised, normalised_name


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("ERP System", "erp system"),
        ("srv-erp-01", "srv-erp-01"),
        ("Pump (old)", "pump old"),
        ("Ölpumpe,  links.", "ölpumpe and links"),
    ],
)
def test_a_name_becomes_what_a_question_says_of_it(name: str, phrase: str) -> None:
    assert normalised_name(name) == phrase
    assert phrase in normalised(f"What is the state of {name}?")
