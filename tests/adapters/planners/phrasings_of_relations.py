"""Kinds of questions about relations with their meaning, each in several phrasings."""

PHRASINGS: dict[tuple[str, str], tuple[str, ...]] = {
    (
        "neighbours",
        "what is around sys-erp",
    ): (
        "List everything related to ERP.",
        "What is connected to ERP System?",
    ),
    (
        "composition",
        "what sys-erp consists of",
    ): (
        "What does ERP System consist of?",
        "Show the components of ERP",
        "what is ERP System made of?",
    ),
    (
        "impact",
        "what is affected when srv-erp-01 fails",
    ): (
        "What is affected if srv-erp-01 fails?",
        "Impact of srv-erp-01",
        "What breaks when ERP Server 01 goes down?",
        "If srv-erp-01 fails, what is affected?",
        "What needs srv-erp-01?",
        "what depends on srv-erp-01",
    ),
    (
        "dependencies",
        "what srv-erp-01 needs",
    ): (
        "What does srv-erp-01 need?",
        "Dependencies of srv-erp-01",
        "What does srv-erp-01 depend on?",
    ),
    (
        "path",
        "path from app-erp-order-01-1 to storage-erp",
    ): (
        "How are app-erp-order-01-1 and storage-erp connected?",
        "Find the path from app-erp-order-01-1 to storage-erp",
        "Is app-erp-order-01-1 connected to ERP Storage?",
    ),
    (
        "path",
        "path from sys-erp to database",
    ): (
        "Find the path from ERP System to a database server.",
        "route between ERP and a database",
    ),
    (
        "host",
        "configuration items where ci_subtype = server among what app-erp-order-01-1 needs",
    ): (
        "Which server does app-erp-order-01-1 run on?",
        "what server is app-erp-order-01-1 deployed on",
    ),
    (
        "parts with metric",
        "what sys-erp consists of, with the average cpu_usage of each during last_24h",
    ): (
        "Show the components of ERP System with their CPU.",
        "components of ERP with their cpu usage",
    ),
    (
        "overview",
        (
            "record of sys-erp, what is around it, its events, work and maintenance, and "
            "cpu_usage, memory_usage, temperature of both during "
            "last_7d"
        ),
    ): (
        "Overview of ERP System: state, related CIs, recent events, metrics.",
        "Give me an overview of ERP",
    ),
}
