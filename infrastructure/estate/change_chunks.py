"""What a change of the estate makes differ: counted, and kept in chunks beside the log."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec import UNSET

from domain.aggregate.event import Removal
from domain.estate.differences import Difference, KindCounts
from domain.estate_changes.change import EstateRecordsChanged
from domain.payloads import packed
from domain.redaction.redaction import NOTHING, Redaction, together
from domain.run.call_events import PayloadRef
from infrastructure.event_store.whole import WholeAppend

CHUNK_BYTES: Final = 1 << 20
"""A chunk is closed when its JSON text is so long; only a larger record makes it longer."""

_ENCODER: Final = msgspec.json.Encoder()
_Values = Mapping[str, object]


class ChangeChunks:
    """Takes the records that differ one by one; memory holds one chunk of them."""

    def __init__(
        self,
        append: WholeAppend | None,
        tenant_id: str,
        *,
        redaction: Redaction = NOTHING,
        keeps_contents: bool = False,
    ) -> None:
        """Without `append` nothing is written; `keeps_contents` is for who looks at it then."""
        self._append, self._tenant_id = append, tenant_id
        self._redaction, self._keeps_contents = redaction, keeps_contents
        self._texts: list[bytes] = []
        self._removed = list[Removal]()
        self._size = 0
        self._digest = hashlib.sha256()
        self.counts: defaultdict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.chunks: list[EstateRecordsChanged] = []
        self.contents: list[bytes] = []

    def note(
        self,
        kind: str,
        key: Sequence[str],
        change: Difference,
        *,
        items: Sequence[str],
        before: _Values,
        after: _Values,
    ) -> None:
        """Count a record that differs, and take its values without what may not be recorded."""
        self.counts[kind][change] += 1
        told = {"kind": kind, "key": key, "change": change, "items": items}
        text = self._recordable(_ENCODER.encode({**told, "before": before, "after": after}))
        self._texts.append(text)
        self._size += len(text)
        if self._size >= CHUNK_BYTES:
            self._close_chunk()

    def note_digest(self, digest: bytes) -> None:
        """Let what differs without being told, such as metric points, count as well."""
        self._digest.update(digest)

    def close(self) -> str | None:
        """Close the last chunk; return the digest of all that differs, None if nothing does."""
        if self._texts:
            self._close_chunk()
        nothing = hashlib.sha256().digest()
        return None if self._digest.digest() == nothing else self._digest.hexdigest()

    def kind_counts(self) -> dict[str, KindCounts]:
        """Return the counts by kind."""
        return {kind: KindCounts(**counts) for kind, counts in self.counts.items()}

    def _recordable(self, text: bytes) -> bytes:
        if not self._redaction.suspects(text.decode()):
            return text
        found = self._redaction.of_json(msgspec.json.decode(text))
        self._removed += found.removals
        return _ENCODER.encode(found.value)

    def _close_chunk(self) -> None:
        payload = packed(b"[" + b",".join(self._texts) + b"]")
        ref = PayloadRef(digest=payload.digest.hex(), size=payload.size, preview="")
        removed = together(self._removed) or UNSET
        self.chunks.append(
            EstateRecordsChanged(count=len(self._texts), payload=ref, removed=removed)
        )
        self._digest.update(payload.digest)
        if self._keeps_contents:
            self.contents.append(payload.content)
        elif self._append is not None:
            self._append.put(self._tenant_id, [payload])
        self._texts, self._removed, self._size = [], [], 0
