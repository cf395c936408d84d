"""Questions about documents by their fields."""

from bench.generated_questions.about_items import Made
from bench.generated_questions.making import Maker
from bench.generated_questions.pen import Pen
from bench.generated_questions.sets import in_words
from bench.generated_questions.tables import moment
from bench.questions.truth_kinds import Either, Labels, Moment, Number, Truth, Value, YesNo


def asked(maker: Maker, pen: Pen, _: None) -> Made:
    """How many there are, which, whether there are any, which is the newest or the largest."""
    if not maker.words.documents:
        return None
    field = pen.pick(maker.words.documents)
    condition = maker.equal(field, pen.pick(maker.values(field, "1", "doc d")))
    from_ = f"from doc d where {condition.sqls[0]}"
    titles = [str(each) for each in maker.tables.column(f"select title {from_}")]
    what = pen.pick(("count", "list", "exists", "document-newest", "document-largest"))
    if not what.startswith("document"):
        some = in_words(pen, "documents|docs", (condition,))
        truth: dict[str, Truth] = {"count": Number(len(titles)), "list": Labels(frozenset(titles))}
        said = pen.say(what, s=some, one=in_words(pen, "document", (condition,)))
        return said, truth.get(what, YesNo(bool(titles)))
    said = pen.say(what, s=in_words(pen, "document", (condition,)))
    if what == "document-newest":
        order = f"select title, created {from_} order by created desc limit 1"
        title, created = maker.tables.rows(order)[0]
        return said, Either((Value((str(title),)), Moment(f"{moment(created):%Y-%m-%d}")))
    largest = maker.tables.one(f"select title {from_} order by size desc limit 1")
    return said, Value((str(largest),))
