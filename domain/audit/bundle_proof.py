"""The proof in a bundle: do its events stand in the log that it names?"""

from collections.abc import Iterator, Mapping, Sequence

from domain.aggregate.envelope import GENESIS, RecordedEvent
from domain.audit.bundle import PROOF, BundleRefused, LogBatch, Proof, events_member
from domain.audit.chain import next_log_hash


def require_proven(proof: Proof, histories: Mapping[str, Sequence[RecordedEvent]]) -> None:
    """Raise `BundleRefused` when a batch does not add up, or an event is not in one."""
    _require_sound(proof.batches)
    hashes = dict(_hashes(proof.batches))
    for run_id, history in histories.items():
        for event in history:
            found = event.log == proof.log and hashes.get(event.position)
            if found != event.envelope.content_hash:
                raise BundleRefused(
                    events_member(run_id),
                    run_id=run_id,
                    version=event.envelope.version,
                    why=f"the proof does not have it at position {event.position} of {event.log}",
                )


def _require_sound(batches: Sequence[LogBatch]) -> None:
    position, log_hash = 0, GENESIS
    for batch in batches:
        where = f"the batch from position {batch.first_position} on"
        if batch.first_position <= position:
            raise BundleRefused(PROOF, why=f"{where} overlaps the one before")
        if batch.first_position == position + 1 and batch.log_hash_before != log_hash:
            raise BundleRefused(PROOF, why=f"{where} does not continue the one before")
        if len(batch.content_hashes) != batch.last_position - batch.first_position + 1:
            raise BundleRefused(PROOF, why=f"{where} does not have a hash for each position")
        if next_log_hash(batch.log_hash_before, batch.content_hashes) != batch.log_hash_after:
            raise BundleRefused(PROOF, why=f"{where} does not add up to its log hash")
        position, log_hash = batch.last_position, batch.log_hash_after


def _hashes(batches: Sequence[LogBatch]) -> Iterator[tuple[int, bytes]]:
    for batch in batches:
        yield from enumerate(batch.content_hashes, start=batch.first_position)
