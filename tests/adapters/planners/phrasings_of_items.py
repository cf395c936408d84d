"""Kinds of questions about items and metrics with their meaning, each in several phrasings."""

PHRASINGS: dict[tuple[str, str], tuple[str, ...]] = {
    (
        "count",
        "count configuration items",
    ): (
        "How many configuration items are there in total?",
        "Total number of CIs",
        "what is the number of CIs",
    ),
    (
        "count",
        (
            "count configuration items where status = active and ci_subtype = server and "
            "location = zone-a"
        ),
    ): (
        "How many active servers are in zone-a?",
        "count the active servers of zone a",
    ),
    (
        "ranked types",
        "count configuration items per ci_type, most frequent first",
    ): (
        "Which CI type is the most frequent?",
        "most common CI type",
    ),
    (
        "exists",
        "count configuration items where status = inactive, and all of them per status",
    ): (
        "Is any CI inactive?",
        "Are there any inactive CIs?",
    ),
    (
        "distribution",
        "count configuration items per status",
    ): (
        "Show how CI states are distributed.",
        "How many CIs per state?",
        "which states are there",
    ),
    (
        "distribution and list",
        "count configuration items per ci_type, and list those where ci_type = SYSTEM",
    ): (
        "Give the type distribution and list every SYSTEM CI.",
        "Show the distribution of CI types and list all systems",
    ),
    (
        "distribution",
        "count configuration items per ci_type",
    ): (
        "Which CI types are there?",
        "Show how CI types are distributed.",
    ),
    (
        "list",
        "list configuration items where ci_subtype = server",
    ): (
        "List the servers with their owners",
        "names of all servers",
    ),
    (
        "different",
        "count the different values of ci_name of configuration items",
    ): (
        "How many different CI names exist?",
        "How many distinct names of configuration items are there?",
    ),
    (
        "lookup",
        "status of sys-erp",
    ): (
        "What state is ERP System in?",
        "What is the status of ERP?",
        "state of sys-erp",
    ),
    (
        "lookup",
        "record of srv-erp-01",
    ): (
        "Tell me about srv-erp-01",
        "Show the details of ERP Server 01.",
    ),
    (
        "list",
        (
            "list configuration items where ci_subtype = server and owner = erp-platform "
            "and status = monitoring"
        ),
    ): (
        "List servers owned by erp-platform that are in monitoring.",
        "which servers of owner erp-platform are in monitoring?",
    ),
    (
        "list",
        (
            "list configuration items where status = active and ci_subtype = server and "
            "location = zone-a"
        ),
    ): (
        "List active servers in zone-a.",
        "active servers in zone a",
    ),
    (
        "share",
        "share of configuration items where ci_subtype = server with status active",
    ): (
        "What percentage of servers is active?",
        "share of active servers",
    ),
    (
        "metric ranking",
        (
            "configuration items where ci_subtype = server by average cpu_usage during "
            "last_24h, highest first"
        ),
    ): (
        "Which five servers have the highest CPU usage?",
        "Top 5 servers by CPU",
    ),
    (
        "metric of a class",
        "average memory_usage of configuration items where ci_subtype = server during last_24h",
    ): (
        "What is the average memory usage of all servers?",
        "mean memory of the servers",
    ),
    (
        "metric of an item",
        "average and last cpu_usage of srv-erp-01 during 2025-12-01..2025-12-31, and its course",
    ): (
        "Average and last CPU value of srv-erp-01 between 2025-12-01 and 2025-12-31.",
        "average and latest cpu usage of srv-erp-01 from 2025-12-01 to 2025-12-31",
    ),
    (
        "threshold",
        (
            "configuration items where status = active and ci_subtype = server by average"
            " cpu_usage of 80 % or more during last_24h, highest first"
        ),
    ): (
        "Which active servers have a CPU usage of 80 % or more?",
        "active servers with CPU of 80% or more",
    ),
    (
        "health",
        (
            "list configuration items where status = monitoring with cpu_usage, "
            "memory_usage, temperature during last_24h"
        ),
    ): (
        "List CIs in monitoring and show their health metrics.",
        "show the CIs in monitoring with their metrics",
    ),
    (
        "separately",
        (
            "list configuration items where status = active and ci_subtype = server for "
            "each of zone-a, zone-b, zone-c, and count them all"
        ),
    ): (
        "Active servers of zones a, b and c separately, and the total.",
        "list the active servers in zone-a, zone-b and zone-c separately with the total",
    ),
    (
        "compare",
        (
            "compare configuration items where ci_subtype = server with environment "
            "production and staging"
        ),
    ): (
        "Compare the servers of production and staging.",
        "comparison of production and staging servers",
    ),
    (
        "documents",
        "documents about erp, and the record of sys-erp",
    ): (
        "Show documents about ERP together with the ERP System record.",
        "find documents on ERP with the record of sys-erp",
    ),
    (
        "summary",
        "counts of configuration items, events, work, maintenance and documents",
    ): (
        "Summarise the overall system state.",
        "Give me an overview of the estate",
    ),
    (
        "simulation",
        "simulate rule rule-high-cpu for srv-erp-01",
    ): (
        "Simulate rule rule-high-cpu for srv-erp-01.",
        "Test the rule High CPU on ERP Server 01",
    ),
}
