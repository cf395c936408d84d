"""What holds for every answer, whatever the question."""

from collections.abc import Iterator

from domain.response.blocks import Block, NetworkBlock, NumberBlock, PathBlock, TableBlock
from tests.acceptance.questions.answer import Answer
from tests.acceptance.questions.tables import Tables

_RECORDS = {
    "ci": "select count(*) from items where ci_code = ?",
    "event_log": "select count(*) from events where entry_id = ?",
    "work_history": "select count(*) from works where work_id = ?",
    "maintenance_history": "select count(*) from maintenances where maintenance_id = ?",
    "document": "select count(*) from papers where document_id = ?",
    "cep_rule": "select count(*) from rules where rule_id = ?",
}


def faults(answer: Answer, tables: Tables) -> list[str]:
    """Return what is wrong with an answer in itself; an empty list means: nothing.

    What it shows rests on references, which it lists once each and which are records of the
    estate; tables are rectangular and no longer than their total; edges end at shown nodes; a
    failed answer shows nothing.
    """
    listed = [str(reference["id"]) for reference in answer.references]
    found = [f"{each} is listed twice" for each in set(listed) if listed.count(each) > 1]
    found += [f"{each} is no record" for each in listed if not _exists(each, tables)]
    if not answer.text:
        found.append("the answer says nothing")
    for block in answer.blocks:
        found += [f"{block.title}: {fault}" for fault in _faults(block, set(listed))]
    if answer.status == "failed":
        found += _contradictions(answer)
    return found


def _exists(reference: str, tables: Tables) -> bool:
    kind, _, key = reference.partition(":")
    return kind in {"query", "call"} or tables.value(_RECORDS[kind], key) == 1


def _faults(block: Block, listed: set[str]) -> Iterator[str]:
    yield from (f"{each} is not listed" for each in set(block.reference_ids) - listed)
    match block:
        case TableBlock():
            yield from _faults_of_table(block)
        case NetworkBlock() | PathBlock():
            nodes = {node["id"] for node in block.nodes}
            ends = {edge[end] for edge in block.edges for end in ("source", "target")}
            yield from (f"an edge ends at {end}" for end in ends - nodes)
        case _:
            pass
    shows_facts = isinstance(block, TableBlock | NumberBlock | NetworkBlock | PathBlock)
    if shows_facts and not block.reference_ids:
        yield "rests on nothing"


def _faults_of_table(table: TableBlock) -> Iterator[str]:
    if any(len(row) != len(table.columns) for row in table.rows):
        yield "a row has not a cell for each column"
    total = table.meta.get("total", table.meta.get("total_groups"))
    if isinstance(total, int) and total < len(table.rows):
        yield f"{len(table.rows)} rows of {total}"


def _contradictions(answer: Answer) -> list[str]:
    """What shows values though there are none; candidates of a name are to choose from."""
    told = (block for block in answer.blocks if not str(block.id).startswith("ci-candidates-"))
    named = (each["id"] for each in answer.references if each["kind"] != "call")
    return [f"{each} in an error" for each in (*(block.title for block in told), *named)]
