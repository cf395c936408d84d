"""The reference page on who may do what, made from the roles and the table of operations."""

from docs.pages import page, table
from domain.identity.allowed import DenialCode
from domain.identity.rights import SCOPES_OF, Role, Scope
from domain.operations.auditing import NOT_ON_RECORD
from domain.operations.table import OPERATIONS
from domain.operator_log.fields import AUDIT_FIELDS


def rights_page() -> str:
    """Return the page."""
    return page(
        "Rights and the operator log",
        "Who asks over HTTP shows a key (`opstrail key create`), which has roles, and scopes"
        " beside them. Each operation needs one scope; the tenant is that of the key. Who sits at"
        " the machine (the command line) is an admin: there, the rights on the database decide.",
        table(
            ("scope", *Role, "operations"),
            [
                (
                    f"`{scope}`",
                    *("yes" if scope in SCOPES_OF[role] else "" for role in Role),
                    ", ".join(f"`{o.name}`" for o in OPERATIONS.values() if o.scope is scope),
                )
                for scope in Scope
            ],
        ),
        "What is not allowed is on record with a code: "
        + ", ".join(f"`{code}`" for code in DenialCode)
        + ". What is of another tenant is answered as what is not there.",
        "## The operator log",
        "`opstrail audit` lists who asked for what. Commands, denials and reads of payloads are on"
        " record before they are answered, commands in one transaction with what they write; other"
        " reads within a second. What only reads at the command line is on record with"
        " `OPSTRAIL_AUDIT_READS=1`. Entries are events: `log verify` checks them, too. Not on"
        " record: " + "; ".join(f"`{name}` ({why})" for name, why in NOT_ON_RECORD.items()) + ".",
        "Fields of its filter, whose grammar is [that of runs](run-filter.md):",
        table(
            ("field", "meaning"),
            [(f"`{field.name}`", field.about) for field in AUDIT_FIELDS.values()],
        ),
    )
