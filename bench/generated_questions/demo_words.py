"""What can be said of the demo estate."""

from typing import Final

from bench.generated_questions.shared_words import PLACED, result, severity, value_of
from bench.generated_questions.vocabulary import Field, Kind, Link, Metric, Records, Vocabulary

_ON_HOST: Final = ("app", "db", "os", "was", "web")
_KINDS: Final = (
    Kind("server", "c.sub = 'server'", "server|box|machine", "servers|boxes|machines|server CIs"),
    Kind("app", "c.sub = 'app'", "app", "apps|app CIs"),
    Kind("db", "c.sub = 'db'", "database|db", "databases|dbs|DBs"),
    Kind("os", "c.sub = 'os'", "operating system|OS", "operating systems|OSes|OS instances"),
    Kind("was", "c.sub = 'was'", "WAS", "WAS instances|was CIs"),
    Kind("web", "c.sub = 'web'", "web server", "web servers|webs"),
    Kind("network", "c.sub = 'network'", "network device|switch", "network devices|switches"),
    Kind("security", "c.sub = 'security'", "firewall|security device", "firewalls"),
    Kind("storage", "c.sub = 'storage'", "storage", "storages|storage arrays|storage systems"),
    Kind("system", "c.type = 'SYSTEM'", "system", "systems"),
    Kind("item", "1", "item|CI", "CIs|items|configuration items"),
)
_FIELDS: Final = (
    Field("c.zone", "zone|location", adjective="{v}", predicate="in {v}|located in {v}",
          after="in {v}|located in {v}|that are in {v}|within {v}",
          ask="which zone is {x} in|where is {x}|zone of {x}|where's {x} located"),
    Field("c.owner", "owner|owning team", adjective="{v}", predicate="owned by {v}",
          after="owned by {v}|that {v} owns|belonging to {v}",
          ask="who owns {x}|owner of {x}|which team owns {x}|{x} belongs to whom", who="owns"),
    Field("c.env", "environment", adjective="{v}", predicate="in {v}", after="in {v}",
          ask="which environment is {x} in|environment of {x}|what environment does {x} run in",
          said={"production": "production|prod", "staging": "staging"}),
    Field("c.status", "status|state", adjective="{v}", predicate="{v}",
          after="that are {v}|with status {v}|which are {v}|in state {v}",
          ask="what is the status of {x}|{x} status|state of {x}|what state is {x} in",
          kinds=(*_ON_HOST, "server", "network", "security", "storage")),
    Field("c.crit", "criticality", after="of criticality {v}|with criticality {v}",
          predicate="of criticality {v}", amount="criticality {how} {v}",
          most="the highest criticality", least="the lowest criticality",
          ask="how critical is {x}|criticality of {x}|what criticality does {x} have"),
    Field("c.tags ->> 'system'", "system", adjective="{v}", after="of {v}|of the {v} system",
          predicate="part of {v}", kinds=(*_ON_HOST, "server", "network", "security", "storage"),
          ask="which system does {x} belong to|system of {x}|{x} is part of which system",
          said={each: f"{each.upper()}|{each}" for each in
                ("erp", "mes", "cmdb", "apm", "mon", "scada", "secops", "analytics")}),
    Field("c.attrs ->> 'engine'", "engine", kinds=("app", "db", "was", "web"), adjective="{v}",
          after="that use {v}|with engine {v}|that run {v}", predicate="running {v}",
          ask="what engine does {x} use|engine of {x}|which engine is {x} on"),
    Field("c.attrs ->> 'version'", "version", kinds=_ON_HOST, after="with version {v}|at version {v}|on version {v}",
          predicate="on version {v}", ask="what version is {x}|version of {x}|{x} version|which version does {x} have"),
    Field("c.attrs ->> 'vendor'", "vendor|make", kinds=("network", "security"), adjective="{v}",
          after="from {v}|made by {v}|by vendor {v}", predicate="from {v}",
          ask="who made {x}|vendor of {x}|which vendor is {x} from"),
    Field("c.attrs ->> 'raid'", "RAID level|raid", kinds=("storage",), adjective="{v}",
          after="with {v}|that use {v}", ask="what raid does {x} use|raid level of {x}"),
    Field("c.attrs ->> 'cpu_cores'", "cores|cpu cores|number of cores", kinds=("server",),
          adjective="{v}-core|{v} core", after="with {v} cores|that have {v} CPU cores|having {v} cores",
          amount="{how} {v} cores|{how} {v} cpu cores", most="the most cores|the highest number of cores",
          least="the fewest cores", ask="how many cores does {x} have|cores of {x}|cpu count of {x}|{x} how many cores"),
    Field("c.attrs ->> 'memory_gb'", "memory|RAM", kinds=("server",), adjective="{v} GB|{v}GB",
          after="with {v} GB of memory|with {v}GB RAM|that have {v} gb of ram",
          amount="{how} {v} GB of memory|{how} {v}GB RAM|{how} {v} gb ram|{how} {v} GB memory",
          most="the most memory|the most RAM|the biggest memory", least="the least memory|the smallest RAM",
          ask="how much memory does {x} have|RAM of {x}|memory size of {x}|how much ram has {x}"),
    Field("c.attrs ->> 'capacity_tb'", "capacity", kinds=("storage",), amount="{how} {v} TB|{how} {v} TB of capacity",
          after="with {v} TB|with a capacity of {v} TB", most="the largest capacity|the most capacity",
          least="the smallest capacity", ask="what is the capacity of {x}|capacity of {x} in TB|how big is {x}"),
    Field("c.attrs ->> 'ip'", "IP|ip address|address", kinds=("server",), after="with ip {v}|with address {v}",
          ask="what is the ip of {x}|ip address of {x}|{x} ip", is_group=False, is_unique=True),
)  # fmt: skip
_IMPACT: Final = value_of("h.impact", "impact level", "with impact {v}|of impact level {v}",
                          amount="impact level {how} {v}")  # fmt: skip
_MINUTES: Final = Field(
    "h.minutes", "duration", amount="a duration of {how} {v} minutes", most="the longest duration",
    after="that took {v} minutes", is_group=False,
)  # fmt: skip
_WORK: Final = (
    result(), _IMPACT, _MINUTES,
    value_of("h.requested_by", "requester", "requested by {v}|that {v} requested", who="requested"),
    value_of("h.approved_by", "approver", "approved by {v}|that {v} approved", who="approved"),
)  # fmt: skip
_MAINTENANCE: Final = (
    result(), _MINUTES,
    value_of("h.performer", "performer", "performed by {v}|done by {v}|carried out by {v}", who="performed"),
)  # fmt: skip
_EVENT: Final = (
    severity(),
    value_of("h.source", "source", "from source {v}", said={"cep": "cep", "device": "device"}),
)
_RECORDS: Final = (
    Records("ev", "1", "event", "events|event log entries", (*_EVENT, value_of("h.kind", "type|event type", "of type {v}"))),
    Records("ev", "h.kind = 'security_alert'", "security alert", "security alerts", _EVENT),
    Records("ev", "h.kind = 'threshold_alarm'", "threshold alarm", "threshold alarms", _EVENT),
    Records("ev", "h.kind = 'status_change'", "status change", "status changes", _EVENT),
    Records("ev", "h.kind = 'health_check'", "health check", "health checks", _EVENT),
    Records("wk", "1", "work item", "work items|pieces of work", (*_WORK, value_of("h.kind", "type|work type", "of type {v}"))),
    Records("wk", "h.kind = 'upgrade'", "upgrade", "upgrades", _WORK),
    Records("wk", "h.kind = 'audit'", "audit", "audits", _WORK),
    Records("wk", "h.kind = 'integration'", "integration", "integrations", _WORK),
    Records("mt", "1", "maintenance", "maintenance items|maintenances|maintenance jobs",
            (*_MAINTENANCE, value_of("h.kind", "type|maintenance type", "of type {v}"))),
    Records("mt", "h.kind = 'reboot'", "reboot", "reboots", _MAINTENANCE),
    Records("mt", "h.kind = 'patch'", "patch", "patches", _MAINTENANCE),
    Records("mt", "h.kind = 'inspection'", "inspection", "inspections", _MAINTENANCE),
)  # fmt: skip
_LINKS: Final = (
    Link(("DEPLOYED_ON",), _ON_HOST, ("server",), "on {o}|running on {o}|hosted on {o}|deployed on {o}|that run on {o}",
         "which {s} run on {x}|{s} on {x}|what {s} are running on {x}|{s} hosted by {x}"),
    Link(("DEPLOYED_ON",), ("server",), ("app", "db", "web"), "that host {o}|hosting {o}|running {o}",
         "which {1} hosts {x}|what {1} is {x} on|on which {1} is {x} running|{1} of {x}", is_inward=True),
    Link(("DEPENDS_ON",), ("app",), ("db",), "that depend on {o}|depending on {o}|that need {o}",
         "which {s} depend on {x}|{s} that need {x}|what {s} depend on {x}", is_deep=True),
    Link(("DEPENDS_ON",), ("db",), ("app",), "that {o} depend on|needed by {o}",
         "which {s} does {x} depend on|what {s} does {x} need", is_inward=True, is_deep=True),
    Link(("CONNECTED_TO",), ("server",), ("network",), "connected to {o}|that are connected to {o}",
         "which {s} are connected to {x}|{s} connected to {x}|what {s} hang off {x}"),
    Link(("USES",), ("server",), ("storage",), "that use {o}|using {o}", "which {s} use {x}|{s} using {x}"),
    Link(("USES",), ("storage",), ("server",), "used by {o}|that {o} use", "which {1} does {x} use|{1} used by {x}", is_inward=True),
    Link(("PROTECTED_BY",), ("server",), ("security",), "protected by {o}|that {o} protect",
         "which {s} are protected by {x}|{s} behind {x}|{s} that {x} protects"),
    Link(("DEPENDS_ON",), ("system",), ("system",), "that depend on {o}", "which {s} depend on {x}|{s} depending on {x}", is_deep=True),
)  # fmt: skip
_METRICS: Final = (
    Metric("cpu_usage", "cpu usage|CPU|cpu load|cpu_usage", ("server",)),
    Metric("memory_usage", "memory usage|memory utilisation|memory_usage", ("server",)),
    Metric("temperature", "temperature", ("server",)),
    Metric("disk_io", "disk io|disk I/O|disk_io", ("server",)),
    Metric("network_in", "network in|inbound traffic|network_in", ("server",)),
)
DEMO: Final = Vocabulary(
    (*_KINDS,), (*_FIELDS, *PLACED), _RECORDS, _LINKS, _METRICS,
    documents=(
        Field("d.type", "type|format", adjective="{v}", after="of type {v}|in {v} format"),
        Field("d.status", "status", adjective="{v}", after="with status {v}|that are {v}"),
        Field("d.cat", "category", after="of category {v}|in category {v}"),
    ),
    strange=("in zone-q", "owned by quux-team", "with version 77.7", "in the basement"),
    months=("October", "September", "August"),
)  # fmt: skip
