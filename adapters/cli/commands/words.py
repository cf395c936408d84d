"""`opstrail words`: the tenant's own words, and what is known of those of a question."""

from typing import Annotated

import typer

from adapters.cli.options import ListOutput, Output, example
from adapters.cli.session import session_of

app = typer.Typer()
Word = Annotated[str, typer.Argument(metavar="WORD", help="A word, or a phrase in quotes.")]
Why = Annotated[str, typer.Option("--why", help="Why; it is recorded with who did it.")]


@app.command("list", epilog=example("opstrail words list"))
def list_words(context: typer.Context, output: ListOutput = "table") -> None:
    """List the tenant's own words, and what each of them stands for."""
    from adapters.cli.text.words import WORDS_TEXT
    from domain.operations.operation import Nothing
    from domain.operations.words import LIST_WORDS

    as_text = WORDS_TEXT.shown_as(output)
    session_of(context).show(LIST_WORDS, Nothing(), output, as_text=as_text)


@app.command(epilog=example("opstrail words add box server", "opstrail words add kindly"))
def add(
    context: typer.Context,
    word: Word,
    meaning: Annotated[
        str | None,
        typer.Argument(metavar="MEANING", help="What it stands for. Default: it says nothing."),
    ] = None,
    why: Why = "as people here say it",
    output: Output = "text",
) -> None:
    """Let a word stand for others in all questions from here on, and show what changes.

    Many at once are published from a file: `opstrail asset publish words:default words.toml`.
    """
    from adapters.cli.text.assets import show_change
    from domain.operations.words import ADD_WORD, NewWord

    params = NewWord(word=word, meaning=meaning, why=why)
    session_of(context).show(ADD_WORD, params, output, as_text=show_change)


@app.command(epilog=example("opstrail words remove box"))
def remove(
    context: typer.Context,
    word: Word,
    why: Why = "nobody says it any more",
    output: Output = "text",
) -> None:
    """Let a word stand for no others any more; runs on record keep it."""
    from adapters.cli.text.assets import show_change
    from domain.operations.words import REMOVE_WORD, OneWord

    params = OneWord(word=word, why=why)
    session_of(context).show(REMOVE_WORD, params, output, as_text=show_change)


@app.command("test", epilog=example('opstrail words test "How many boxes are in zone-a?"'))
def explain(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="A question, in quotes.")],
    output: Output = "text",
) -> None:
    """Show which words of a question are known, and as what; it is not asked."""
    from adapters.cli.text.words import show_phrases
    from domain.operations.words import TEST_WORDS, QuestionToTest

    params = QuestionToTest(question=question)
    session_of(context).show(TEST_WORDS, params, output, as_text=show_phrases)
