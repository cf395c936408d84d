"""Texts, numbers and paths that no command should stumble over."""

from random import Random
from typing import Final

TEXTS: Final = (
    *("", " ", "\0", "a\0b", "\x1b[2J\x1b[31m", "\r\n", "\t", "\x07", "\x9b31m", "-", "--", "-1"),
    *("\u202esrv", "\u2066x", "\u200b", "\ufeff", "\u2028", "\ufffe", "\ud83d", "\U0010ffff"),
    *("e\u0301", "\uff33\uff32\uff36", "Stra\u00dfe", "\u0130", "\U0001f600", "\u3164", "a" * 300),
    *("\u2800", "demo\ufe0f", "\U000e0100", "\U0001d173"),
    *("%s%n%d", "{0}{a}", "${HOME}", "'; DROP TABLE events; --", '"', "'", "\\", "../.."),
    *("NaN", "Infinity", "null", "true", "[]", "{}", "[" * 3000, '{"a":' * 500, "9" * 5000),
    *("latest", "previous", "latest..previous", "..", "a..b..c", "x" * 5000, "*", "**", "/"),
    *("@file", "~no-such-user/x", "1e999"),
)
NUMBERS: Final = (
    *("0", "1", "-1", "2", "20", "nan", "inf", "-inf", "1e999", "0x10", "1_000", "\u0663", "1.5"),
    *("9223372036854775807", "9223372036854775808", "99999999999999999999", "9" * 5000, "", "abc"),
    *("2147483648", "1.7e308"),
)
PATHS: Final = (
    *("", ".", "..", "no/such/file", "a\0b", "x" * 300, "x/" * 3000),
    *("/", "-", "~no-such-user/x", "file:///x", "\u202ex", "a\nb", "folder"),
)
DATABASES: Final = (
    *PATHS,
    *("sqlite://", "sqlite:///:memory:", "sqlite:///x?mode=ro", "sqlite://host/x", "://", "x://"),
    *(
        "postgresql://u:hunter2@localhost:1/x?foo=bar",
        "postgresql://u:hunter2@[::1/x?pass%77ord=hunter2",
    ),
    *("postgresql://u:hunter2@localhost:1/x", "postgresql://u:hunter2@/x?host=a:1&host=b"),
    *("mysql://u:hunter2@h/x", "postgresql://u:hunter2@[::1/x", "postgresql://u:hunter2@h:abc/x"),
    *("postgresql://localhost:1/x?password=hunter2", "postgresql://h:99999/x"),
    *("postgresql://h:-1/x", "postgresql://localhost:1/x?connect_timeout=abc"),
)
FILTERS: Final = (
    *("", "status = failed", "question ~ 'a'", "(" * 60, "status IN (", "started > -9999w"),
    *("status = completed AND flag = wrong", "a" * 5000, "duration > 1e999", "question ~ '\0'"),
    "NOT " * 200,
)
TIMES: Final = (
    *("-5m", "-1d", "now", "2026-03", "0000-00-00", "9999-12-31T23:59:59Z", "-999999999w", "1"),
    *("12", "2026-03-01T12:00:00+99:00", "0001-01-01T00:00:00+23:00"),
)
QUESTIONS: Final = (
    *("How many servers are there?", "What is affected if srv-01 fails?", "What is srv-01?"),
    *("Show the cpu of srv-01 in the last 24 hours", "How many are there? " * 150, "?" * 3000),
    *("Show the distribution of CI types", "Simulate the rule r for srv-1", "What is srv-1?"),
    *("What happened to srv-1?", "Which event type occurs most often?", "Show all servers"),
)
PARAMS: Final = (
    *(
        "{}",
        "[]",
        '{"keywords": ["srv"]}',
        '{"limit": 1e999}',
        '{"keywords": ["\\ud83d"]}',
        "{" * 9,
    ),
    *('{"ci_id": "srv-01"}', '{"filters": [{"field": "x", "op": "=", "value": null}]}'),
    "1" * 5000,
)


def some_text(random: Random) -> str:
    """Return a hostile text, or two that are joined."""
    text = random.choice(TEXTS)
    return text if random.random() < 0.8 else text + random.choice(TEXTS)
