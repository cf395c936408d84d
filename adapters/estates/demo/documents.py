"""The 132 documents of the demo estate."""

from datetime import datetime, timedelta
from random import Random

from adapters.estates.demo.systems import SYSTEMS
from domain.estate.records import Document

PDF_COUNT = 78
LARGEST_BYTES = 8_080_776

_TOPICS = {
    "manual": "How {subject} is used, its commands and its limits.",
    "runbook": "When {subject} fails: check the event log, the last change, the dependencies.",
    "architecture": "The parts of {subject}, how they are connected and what they depend on.",
    "recovery plan": "How {subject} comes back after a disaster: order of start, backups, people.",
    "backup procedure": "When {subject} is backed up, where to, and how a restore is tested.",
    "capacity plan": "Expected growth of {subject}: CPU, memory, storage and network.",
    "on-call guide": "Who is on call for {subject} and which alarms wake them.",
    "monitoring guide": "The metrics of {subject}, their thresholds and the rules on them.",
    "security baseline": "The settings of {subject} that an audit checks.",
    "release procedure": "How a release of {subject} is deployed, verified and rolled back.",
    "patch policy": "When {subject} is patched and rebooted, and who approves it.",
}
_GENERAL = ("Linux", "PostgreSQL", "Network", "Storage")


def demo_documents(*, anchor: datetime, seed: int) -> list[Document]:
    """Return all documents, topic by topic; the first is the largest."""
    rng = Random(f"{seed}/documents")
    subjects = [*_GENERAL, *(f"{system.key.upper()} System" for system in SYSTEMS)]
    titles = [(subject, topic) for topic in _TOPICS for subject in subjects]
    return [
        _document(number, *title, rng=rng, anchor=anchor) for number, title in enumerate(titles)
    ]


def _document(number: int, subject: str, topic: str, *, rng: Random, anchor: datetime) -> Document:
    size = rng.randint(20_000, 3_000_000)
    return Document(
        document_id=f"doc-{number + 1:03}",
        title=f"{subject} {topic}",
        category="manual" if topic == "manual" else "other",
        document_type="pdf" if number < PDF_COUNT else "txt",
        status="done" if number % 5 in {0, 2, 4} else "queued",
        size_bytes=LARGEST_BYTES if number == 0 else size,
        content=f"{subject} {topic}. " + _TOPICS[topic].format(subject=subject),
        created_at=anchor - timedelta(days=rng.randint(1, 700), minutes=rng.randrange(1440)),
    )
