"""Words and phrases that no estate can answer to."""

from typing import Final

NONSENSE: Final = (
    "blorb", "frobnicated", "quuxly", "zzyzx", "wibbly", "snorfle", "purple", "haunted",
    "wooden", "edible", "nocturnal", "sarcastic",
    "expensive", "encrypted", "leased", "refurbished", "nearly",
    "manually", "virtual", "redundant", "idle", "obsolete", "external", "rarely", "always",
    "mostly", "roughly", "empty", "orphaned", "duplicate", "temporary", "unused", "planned",
    "emergency", "scheduled", "overdue", "legacy", "outdated", "consecutive", "successive",
)  # fmt: skip
STRANGE: Final = (
    "at high tide", "on holidays", "during the peak season", "by mistake",
    "for the first time", "in a row", "at the same time", "in the cloud",
    "with a warranty", "that cost more than 100 euros", "under contract", "out of warranty",
    "two days in a row", "within ten minutes", "by the same person", "on the same day",
    "except on Sundays", "if any failed", "but only once", "or not", "until it failed",
)  # fmt: skip
