"""Questions as operators type them: nobody, nothing, still, whether, and who did what."""

import pytest

from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables

FOUND = {
    "servers nobody has patched": (
        "select ci_code from items where ci_subtype = 'server' and ci_code not in"
        " (select ci_code from maintenances where maint_type = 'patch')"
    ),
    "non prod servers": (
        "select ci_code from items where ci_subtype = 'server' and environment <> 'production'"
    ),
    "apps nothing depends on": (
        "select ci_code from items where ci_subtype = 'app'"
        " and ci_code not in (select target from edges)"
    ),
    "boxes with dbs on them": (
        "select s.ci_code from items s join edges e on s.ci_code in (e.source, e.target)"
        " join items d on d.ci_code in (e.source, e.target) and d.ci_subtype = 'db'"
        " where s.ci_subtype = 'server' group by 1"
    ),
    "which components of erp are in monitoring": (
        "select ci_code from edges join items on ci_code = target"
        " where edges.source = 'sys-erp' and type = 'COMPOSED_OF' and status = 'monitoring'"
    ),
    "everything but servers": "select ci_code from items where ci_subtype <> 'server'",
}


@pytest.mark.parametrize(("question", "query"), FOUND.items())
def test_what_is_listed_is_what_sql_finds(
    ask: Ask, tables: Tables, question: str, query: str
) -> None:
    expected = sorted(map(str, tables.column(query)))
    answer = ask(question)
    if not expected:
        assert answer.text.startswith("No ")
        return
    assert answer.table_meta("ci_code").get("total", len(expected)) == len(expected)
    assert [code for (code,) in answer.table("ci_code")] == expected[:50]


def test_what_a_person_approved_is_listed(ask: Ask, tables: Tables) -> None:
    (expected,) = tables.row("select count(*) from works where approved_by = 'alice'")
    assert ask("what did alice approve").says(int(str(expected)))


def test_the_last_record_of_an_item_tells_when(ask: Ask, tables: Tables) -> None:
    code, at = tables.row(
        "select ci_code, max(at) from events where event_type = 'threshold_alarm'"
        " and ci_code like 'srv-%' group by 1 order by count(*) desc, 1 limit 1"
    )
    assert ask(f"when did {code} last have an alarm").table("occurred_at") == [[at]]


def test_a_group_that_is_each_has_its_number(ask: Ask, tables: Tables) -> None:
    expected = tables.rows(
        "select owner, count(*) from items where ci_subtype = 'server' group by 1 order by 2 desc"
    )
    answer = ask("how many servers does each team own")
    assert sorted(answer.table("owner", "count")) == sorted(expected)


def test_who_did_it_and_when_is_of_the_last(ask: Ask, tables: Tables) -> None:
    code, at, performer = tables.row(
        "select ci_code, at, performer from maintenances where maint_type = 'patch'"
        " order by started_at desc limit 1"
    )
    answer = ask(f"who patched {code} and when")
    assert answer.table("started_at", "performer") == [[at, performer]]


def test_nobody_is_denied_where_somebody_did(ask: Ask, tables: Tables) -> None:
    code, number = tables.row(
        "select ci_code, count(*) from maintenances where maint_type = 'reboot'"
        " group by 1 order by 2 desc, 1 limit 1"
    )
    answer = ask(f"did nobody reboot {code}")
    assert answer.text.startswith("No")
    assert answer.says(int(str(number)))


def test_all_who_did_it_to_a_set_are_told(ask: Ask, tables: Tables) -> None:
    expected = tables.rows(
        "select performer, count(*) from maintenances join items using (ci_code)"
        " where maint_type = 'patch' and ci_subtype = 'server' and location = 'zone-a' group by 1"
    )
    answer = ask("who patched servers in zone-a")
    assert sorted(answer.table("performer", "count")) == sorted(expected)


def test_time_is_summed_over_the_records_of_a_class(ask: Ask, tables: Tables) -> None:
    (minutes,) = tables.row(
        "select sum(duration_min) from works join items using (ci_code)"
        " where work_type = 'deployment' and ci_subtype = 'app'"
    )
    assert ask("total deployment time on apps").says(int(str(minutes)))


def test_items_at_the_other_end_count_once_and_one_way(ask: Ask, tables: Tables) -> None:
    expected = tables.rows(
        "select e.target, count(distinct e.source) as n from edges e"
        " join items i on i.ci_code = e.source and i.ci_subtype = 'app'"
        " join items t on t.ci_code = e.target and t.ci_subtype = 'app'"
        " where type in ('DEPENDS_ON') group by 1 order by 2 desc, 1"
    )
    best = [code for code, number in expected if number == expected[0][1]]
    answer = ask("which app do most apps depend on")
    assert sorted(code for (code,) in answer.table("ci_code")) == sorted(best)


def test_groups_of_items_have_so_many_records(ask: Ask, tables: Tables) -> None:
    expected = tables.rows(
        "select location, count(*) from works join items using (ci_code)"
        " where work_type = 'upgrade' group by 1 having count(*) > 20"
    )
    answer = ask("zones with more than 20 upgrades")
    assert sorted(answer.table("item.location", "part")) == sorted(expected)


def test_what_may_be_said_of_one_or_of_both_is_not_answered(ask: Ask) -> None:
    answer = ask("list zone-a servers and last patch")
    assert answer.error["code"] == "QUESTION_NOT_UNDERSTOOD"


def test_fields_of_two_items_are_compared(ask: Ask, tables: Tables) -> None:
    is_same = tables.row(
        "select count(distinct status) = 1 from items"
        " where ci_code in ('srv-erp-01', 'srv-erp-02')"
    )
    said = "Yes" if is_same[0] else "No"
    question = "is the status of srv-erp-01 the same as that of srv-erp-02"
    assert ask(question).text.startswith(said)


def test_where_events_tell_of_it_too_the_answer_says_so(ask: Ask, tables: Tables) -> None:
    (code,) = tables.row("select ci_code from works where work_type = 'deployment' limit 1")
    assert "events tell of 'deployed', too" in ask(f"when was {code} last deployed").text


def test_the_biggest_by_size_are_all_that_share_it(ask: Ask, tables: Tables) -> None:
    expected = tables.rows(
        "with sizes as (select ci_code, json_extract(attributes, '$.capacity_tb') as size"
        " from items where ci_subtype = 'storage')"
        " select * from sizes where size = (select max(size) from sizes) order by 1"
    )
    assert ask("biggest storage").table("ci_code", "attributes.capacity_tb") == expected


@pytest.mark.parametrize(
    ("question", "choices"),
    [
        ("load of srv-erp-01", ("cpu_usage", "memory_usage")),
        ("biggest server", ("cpu cores", "memory gb")),
    ],
)
def test_what_may_mean_two_things_is_asked_back(
    ask: Ask, question: str, choices: tuple[str, str]
) -> None:
    message = str(ask(question).error["message"])
    assert all(each in message for each in choices)
