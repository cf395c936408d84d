"""Other words that people use for classes, states, results and metrics."""

CLASSES: dict[str, tuple[str, ...]] = {
    "server": ("server", "host"),
    "host|machine|computer": ("host", "server"),
    "database|database server": ("db", "database"),
    "application server|app server": ("was",),
    "web server|webserver": ("web",),
    "application": ("app", "application"),
    "operating system": ("os",),
    "network device": ("network", "interface"),
    "switch": ("network",),
    "storage system|storage device": ("storage",),
    "security appliance|firewall": ("security",),
    "hardware|hardware item": ("hw", "hardware"),
    "software|software item": ("sw", "software"),
    "business system": ("business_system", "system"),
    "software package": ("package",),
    "network interface": ("interface",),
    "partition|file system|filesystem": ("disk",),
    "listening port|open port": ("port",),
}
"""The classes that a noun may mean, the most likely first; `|` stands between nouns."""

NAMES = {"db": "database", "business_system": "system"}
"""How the items of a class are named where their code or name does not hold the class itself."""
CLASS_FIELDS = ("ci_subtype", "ci_type", "ci_category")
STATES = (
    *("active", "inactive", "failed", "degraded", "down"),
    *("offline", "online", "stopped", "retired", "disabled"),
)
RESULTS = {"failed": "failed", "unsuccessful": "failed", "degraded": "degraded",
           "successful": "success",
            "success": "success", "succeeded": "success", "successfully": "success"}  # fmt: skip
DONE = {"rebooted": "reboot", "patched": "patch", "inspected": "inspection", "upgraded": "upgrade",
         "audited": "audit", "integrated": "integration", "deployed": "deployment",
         "removed": "remove"}  # fmt: skip
ENVIRONMENTS = {"prod": "production", "stage": "staging", "dev": "development"}
METRICS: dict[str, tuple[str, ...]] = {
    "cpu|cpu usage|cpu load|cpu utilisation|cpu utilization|cpu value|processor load":
        ("cpu_usage", "cpu_percent", "cpu"),
    "memory|memory usage|ram|ram usage|memory use|memory load|memory utilisation":
        ("memory_usage", "memory_percent", "memory"),
    "temperature|temperatures|heat": ("temperature",),
    "disk io|disk i/o|disk activity|disk operations": ("disk_io",),
    "disk usage|disk space": ("disk_usage", "disk_percent"),
    "network in|network traffic|incoming traffic|network io|network input|received bytes":
        ("network_in", "network_bytes_received", "network_received"),
}  # fmt: skip
