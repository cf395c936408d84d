"""Kinds of questions about history with their meaning, each in several phrasings."""

PHRASINGS: dict[tuple[str, str], tuple[str, ...]] = {
    (
        "count",
        "count event log entries",
    ): (
        "How many events are recorded?",
        "number of event log entries",
    ),
    (
        "ranked types",
        "count event log entries per event_type, most frequent first",
    ): (
        "Which event type occurs most often?",
        "Name the three most common event types.",
        "top 3 event types",
    ),
    (
        "count",
        "count event log entries where severity = 5",
    ): (
        "How many events have severity 5?",
        "count of severity-5 events",
    ),
    (
        "ranked types",
        "count event log entries per severity, most frequent first",
    ): (
        "Rank the number of events by severity.",
        "Rank events by severity",
    ),
    (
        "count",
        "count event log entries during last_24h",
    ): (
        "How many events happened in the last 24 hours?",
        "How many events were recorded within the past day?",
    ),
    (
        "history",
        "newest event log entries of srv-erp-01 where severity >= 2 during 2025-12",
    ): (
        "Summarise events of severity 2 and above on srv-erp-01 in December 2025.",
        "Show the events with severity at least 2 of ERP Server 01 during 2025-12",
    ),
    (
        "distribution",
        "count work items per work_type",
    ): (
        "How many work items exist, which kinds, which is most common?",
        "Which kinds of work are there?",
    ),
    (
        "count",
        "count work items where result = degraded",
    ): (
        "How many work items ended degraded?",
        "number of degraded work items",
    ),
    (
        "kinds and one",
        "count maintenance items per maint_type, and those where maint_type = reboot",
    ): (
        "Which kinds of maintenance were done; how many reboots?",
        "What types of maintenance are there and how many reboots?",
    ),
    (
        "success rate",
        "share of maintenance items with result success, and the same per maint_type",
    ): (
        "Success rate of maintenance; which kind is the best?",
        "Which kind of maintenance has the highest success rate?",
    ),
    (
        "duration",
        "avg duration in minutes of maintenance items",
    ): (
        "What is the average duration of maintenance?",
        "average maintenance duration",
    ),
    (
        "latest and item",
        "latest of the event log entries, and its configuration item",
    ): (
        "Which CI had the latest event and what is its state?",
        "Show the most recent event and the state of its CI",
    ),
    (
        "items with history",
        (
            "configuration items with event log entries where event_type = "
            "security_alert, most of them first, and the items themselves"
        ),
    ): (
        "Which CIs have the most security alerts, and what are their states?",
        "CIs with most security_alert events and their states",
    ),
    (
        "items with history",
        (
            "configuration items with work items where result = failed, most of them "
            "first, and the items themselves"
        ),
    ): (
        "Which CIs had failed work and what is their state now?",
        "CIs with failed work items and their status",
    ),
    (
        "graphs of items with history",
        (
            "configuration items with maintenance items where maint_type = reboot, most "
            "of them first, and what the first 3 of them need"
        ),
    ): (
        "Find CIs that were rebooted in maintenance and show their dependency graph.",
        "Which CIs were rebooted, and what are their dependencies?",
    ),
    (
        "history and host",
        (
            "work items and event log entries of app-erp-order-01-1 during 2025-12, and "
            "what it runs on where ci_subtype = server"
        ),
    ): (
        "Work and deployment history of app-erp-order-01-1 in December, and the host it runs on.",
        (
            "Show work and deployment events of app-erp-order-01-1 during 2025-12 and the"
            " server it runs on"
        ),
    ),
}
