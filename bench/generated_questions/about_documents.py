"""Questions about documents by their fields."""

from bench.generated_questions.about_items import Made
from bench.generated_questions.making import Maker
from bench.generated_questions.pen import Pen
from bench.generated_questions.sets import in_words
from bench.generated_questions.tables import moment
from bench.questions.truth_kinds import Either, Labels, Moment, Number, Value, YesNo


def asked(maker: Maker, pen: Pen, _: None) -> Made:
    """How many there are, which, whether there are any, which is the newest or the largest."""
    if not maker.words.documents:
        return None
    field = pen.pick(maker.words.documents)
    condition = maker.equal(field, pen.pick(maker.values(field, "1", "doc d")))
    said = in_words(pen, "documents|docs", (condition,))
    from_ = f"from doc d where {condition.sqls[0]}"
    titles = [str(each) for each in maker.tables.column(f"select title {from_}")]
    newest = maker.tables.rows(f"select title, created {from_} order by created desc limit 2")
    what = pen.pick(("count", "list", "exists", "newest", "largest"))
    if what == "count":
        return pen.say("how many {s}|how many {s} are there|number of {s}|count {s}", s=said), Number(len(titles))
    if what == "list":
        return pen.say("list {s}|show {s}|{s}|which {s} are there", s=said), Labels(frozenset(titles))
    if what == "exists":
        return pen.say("are there any {s}|do we have {s}|any {s}", s=said), YesNo(bool(titles))
    one = in_words(pen, "document", (condition,))
    if what == "newest":
        truth = Either((Value((str(newest[0][0]),)), Moment(f"{moment(newest[0][1]):%Y-%m-%d}")))
        return pen.say("newest {s}|what is the latest {s}|most recent {s}", s=one), truth
    largest = maker.tables.one(f"select title {from_} order by size desc limit 1")
    return pen.say("largest {s}|what is the biggest {s}|which {s} is the largest", s=one), Value((str(largest),))
