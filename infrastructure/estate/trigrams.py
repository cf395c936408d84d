"""The trigrams of a word: what misspelt words have in common with the right ones."""


def trigrams(word: str) -> set[str]:
    """Return the stretches of three signs of a word in small letters, with blanks around it."""
    padded = f"  {word.casefold()} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
