"""What work and maintenance were done, and how they ended."""

import pytest

from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables


def test_work_is_counted_in_all_and_by_kind(ask: Ask, tables: Tables) -> None:
    answer = ask("How many work items exist, which kinds, which is most common?")
    expected = tables.rows("select work_type, count(*) from works group by 1 order by 2 desc, 1")
    total = tables.count("select count(*) from works")
    assert answer.table("work_type", "count", titled="how many") == expected
    assert answer.table("work_type", "count", titled="the 1 with") == expected[:1]
    assert answer.number() == total
    assert answer.says(total)


def test_work_that_ended_degraded_is_counted(ask: Ask, tables: Tables) -> None:
    answer = ask("How many work items ended degraded?")
    expected = tables.count("select count(*) from works where result = 'degraded'")
    assert answer.number() == expected > 0
    assert answer.says(expected)


def test_kinds_of_maintenance_are_counted_and_the_one_asked_for_apart(
    ask: Ask, tables: Tables
) -> None:
    answer = ask("Which kinds of maintenance were done; how many reboots?")
    reboots = tables.count("select count(*) from maintenances where maint_type = 'reboot'")
    assert answer.table("maint_type", "count") == tables.rows(
        "select maint_type, count(*) from maintenances group by 1 order by 2 desc, 1"
    )
    assert answer.number() == reboots > 0
    assert answer.says(reboots)


def test_the_success_rate_of_maintenance_is_a_percentage_of_all_of_it(
    ask: Ask, tables: Tables
) -> None:
    answer = ask("Success rate of maintenance; which kind is the best?")
    expected = tables.value("select avg(result is 'success') from maintenances")
    assert answer.number(label="success rate") == pytest.approx(expected)
    assert isinstance(expected, float)
    assert answer.says(expected)


def test_kinds_of_maintenance_are_ranked_by_their_success_rate(ask: Ask, tables: Tables) -> None:
    answer = ask("Success rate of maintenance; which kind is the best?")
    rates = tables.rows(
        "select maint_type, avg(result is 'success') from maintenances group by 1 order by 2 desc"
    )
    shown = answer.table("maint_type", "success_rate")
    assert [[kind, pytest.approx(rate)] for kind, rate in rates] == shown
