"""How large a value from outside may be, and why.

Every number is far above what people use and far below what would harm: each is in the message of
the error that it leads to.
"""

from typing import Final

QUESTION_CHARACTERS: Final = 4000
"""Of a question: two pages."""
REMARK_CHARACTERS: Final = 4000
"""Of a reason, a remark, a note."""
NAME_CHARACTERS: Final = 200
"""Of a tenant, a code, a key, a name: an index of PostgreSQL takes 2,704 bytes, and four names."""
PATH_CHARACTERS: Final = 4096
"""Of a URL, or the path of a file: PATH_MAX of Linux."""

JSON_BYTES: Final = 16 << 20
"""Of one JSON text: a plan, a result, a line of an estate. Read, it takes about ten times that."""
JSON_MEMBERS: Final = 1_000_000
"""Of one JSON text: its objects, arrays and values. `[[],[],...]` takes 30 times its text."""
JSON_DEPTH: Final = 64
"""How deep a JSON value from outside may be nested; a value without parts has depth 0.

What is recorded can be read back by everybody: pydantic reads JSON of 200 levels and writes 254,
orjson writes 254 and reads 1024, Python's json and msgspec go to the limit of the stack (about
990), SQLite to 2000, PostgreSQL's jsonb to its stack (about 6000).
"""
RECORDED_DEPTH: Final = 96
"""How deep the answer of a tool may be nested: values from outside stand in it, some levels down.

Views put it some levels deeper still; see `JSON_DEPTH`.
"""
LARGEST_INTEGER: Final = 2**63 - 1
"""And its negative, less one: what SQLite, PostgreSQL's bigint and orjson can hold."""
LARGEST_SHORT_INTEGER: Final = 2**31 - 1
"""What PostgreSQL's integer can hold, of which most columns are."""

ASSET_BYTES: Final = 1 << 20
"""Of the content of an asset as JSON: every run that it is applied in records it."""
LINE_BYTES: Final = 64 << 20
"""Of a line of a file: a JSON text in JSON, where each sign may take four."""
CSV_ROW_CHARACTERS: Final = 4 << 20
"""Of a row of an estate's CSV file, over all of its lines; a line of JSON has `JSON_BYTES`."""
ESTATE_FILE_BYTES: Final = 64 << 20
"""Of a file that is one JSON text and so is read whole; files of lines may have any length."""
ESTATE_FILE_MEMBERS: Final = 4_000_000
"""Of such a file; see `JSON_MEMBERS`."""
UNPACKED_BYTES: Final = 1 << 30
"""Of all that a packed file holds; members are read one after the other."""
MEMBER_BYTES: Final = 256 << 20
"""Of one member of a packed file, unpacked."""
MEMBER_COUNT: Final = 10_000
"""Of the members of a packed file."""
PACKED_RATIO: Final = 200
"""How many times as long as packed something may be, beyond its first MiB.

JSON of events packs to a tenth or a thirtieth, zeros to a thousandth.
"""

PAYLOAD_BYTES: Final = 64 << 20
"""Of a large result that is kept beside the log, unpacked; no tool may answer with more."""
BESIDE_DATA_CHARACTERS: Final = 64 << 10
"""Of what a tool says beside its data, such as what it changed: it stands in the event itself."""
RUN_PAYLOADS_BYTES: Final = 256 << 20
"""Of all large results of a run in a bundle, unpacked: to verify it takes all of them at once."""
WINDOW_BYTES: Final = 32 << 20
"""Of what a Zstandard stream refers back to; level 19 takes 8 MiB, `--ultra` more."""
BATCH_EVENTS: Final = 100_000
"""Of one batch of the log, which is imported in one piece."""
BATCH_BYTES: Final = 128 << 20
"""Of the lines of the events of a batch."""
LINE_VALUES: Final = 100_000
"""Of a line of a log or a bundle: its objects, arrays and values. The data of an event is one."""
