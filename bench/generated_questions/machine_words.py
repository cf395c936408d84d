"""What can be said of a discovered machine."""

from typing import Final

from bench.generated_questions.shared_words import severity
from bench.generated_questions.vocabulary import Field, Kind, Link, Metric, Records, Vocabulary

_KINDS: Final = (
    Kind("package", "c.sub = 'package'", "package", "packages|installed packages"),
    Kind("process", "c.sub = 'process'", "process", "processes|running processes"),
    Kind("port", "c.sub = 'port'", "port", "ports|open ports|listening ports"),
    Kind("interface", "c.sub = 'interface'", "interface", "interfaces|network interfaces|NICs"),
    Kind("disk", "c.sub = 'disk'", "disk", "disks"),
    Kind("host", "c.sub = 'host'", "host", "hosts"),
    Kind("item", "1", "item|CI", "CIs|items|configuration items"),
)
_FIELDS: Final = (
    Field("c.attrs ->> 'version'", "version", kinds=("package",), after="with version {v}|at version {v}",
          predicate="at version {v}", ask="what version of {x} is installed|version of {x}|{x} version|which version is {x}", is_group=False),
    Field("c.attrs ->> 'priority'", "priority", kinds=("package",), adjective="{v}", after="of priority {v}|with priority {v}",
          predicate="{v}", ask="priority of {x}|what priority does {x} have"),
    Field("c.attrs ->> 'architecture'", "architecture", kinds=("package",), adjective="{v}",
          after="for {v}|with architecture {v}", ask="architecture of {x}|which architecture is {x}", said={"amd64": "amd64"}),
    Field("c.cat", "category|section", kinds=("package",), after="of category {v}|in category {v}",
          ask="category of {x}|which category is {x} in"),
    Field("c.attrs ->> 'maintainer'", "maintainer", kinds=("package",), ask="who maintains {x}|maintainer of {x}", is_group=False),
    Field("c.crit", "criticality", kinds=("package",), after="of criticality {v}|with criticality {v}", predicate="of criticality {v}",
          amount="criticality {how} {v}", most="the highest criticality", ask="criticality of {x}|how critical is {x}"),
    Field("c.status", "status|state", kinds=("package", "port", "interface", "item"), adjective="{v}", predicate="{v}",
          after="that are {v}|with status {v}", ask="what is the status of {x}|{x} status|status of {x}"),
    Field("c.attrs ->> 'pid'", "pid|process id", kinds=("process",), after="with pid {v}", is_group=False, is_unique=True,
          ask="what is the pid of {x}|pid of {x}|process id of {x}"),
    Field("c.attrs ->> 'exe'", "executable", kinds=("process",), ask="executable of {x}|which executable does {x} run", is_group=False),
    Field("c.attrs ->> 'port'", "port number", kinds=("port",), amount="a port number {how} {v}", is_group=False,
          ask="port number of {x}"),
    Field("c.attrs ->> 'mtu'", "MTU", kinds=("interface",), after="with mtu {v}|with an MTU of {v}", amount="an MTU of {how} {v}",
          most="the largest mtu|the highest MTU", least="the smallest MTU", ask="mtu of {x}|what is the MTU of {x}"),
    Field("c.attrs ->> 'cpu_cores'", "cores|cpu cores", kinds=("host",), ask="how many cores does {x} have|cpu cores of {x}"),
    Field("c.attrs ->> 'memory_gb'", "memory|RAM", kinds=("host",), ask="how much memory does {x} have|how much RAM has {x}"),
    Field("c.attrs ->> 'kernel'", "kernel", kinds=("host",), ask="which kernel does {x} run|kernel of {x}|kernel version of {x}"),
    Field("c.attrs ->> 'file_system'", "file system|filesystem", kinds=("disk",), ask="file system of {x}|which filesystem does {x} have"),
    Field("c.type", "type", kinds=("item",), adjective="{v}", after="of type {v}", predicate="of type {v}"),
)  # fmt: skip
_EVENT: Final = (severity(),)
_RECORDS: Final = (
    Records("ev", "1", "event", "events|event log entries", (Field("h.kind", "type|event type", after="of type {v}"), *_EVENT)),
    Records("ev", "h.kind = 'install'", "install", "installs|install events", _EVENT),
    Records("ev", "h.kind = 'upgrade'", "upgrade", "upgrades|upgrade events", _EVENT),
)  # fmt: skip
_LINKS: Final = (
    Link(("DEPENDS_ON",), ("package",), ("package",), "that depend on {o}|depending on {o}",
         "which {s} depend on {x}|{s} depending on {x}|{s} that need {x}", is_deep=True),
    Link(("DEPENDS_ON",), ("package",), ("package",), "that {o} depend on|needed by {o}",
         "which {s} does {x} depend on|{s} that {x} depends on|{s} needed by {x}", is_deep=True, is_inward=True),
    Link(("RUNS_ON",), ("port",), ("process",), "of {o}|opened by {o}", "which {s} does {x} listen on|{s} of {x}"),
    Link(("RUNS_ON",), ("process",), ("host",), "on {o}|running on {o}", "which {s} run on {x}|{s} on {x}|what {s} are running on {x}"),
    Link(("RUNS_ON",), ("process",), ("port",), "that listen on {o}|behind {o}",
         "which {1} listens on {x}|{1} listening on {x}|{1} behind {x}", is_inward=True),
    Link(("DEPLOYED_ON",), ("package",), ("host",), "on {o}|deployed on {o}", "which {s} are installed on {x}|{s} on {x}"),
)  # fmt: skip
_METRICS: Final = (
    Metric("cpu_usage", "cpu usage|CPU|cpu load|cpu_usage", ("host", "process")),
    Metric("memory_usage", "memory usage|memory_usage", ("host", "process")),
    Metric("memory_rss", "memory_rss|memory rss", ("process",)),
    Metric("disk_usage", "disk usage|disk_usage", ("disk",), has_groups=False),
    Metric("network_in", "network in|network_in", ("interface",)),
)
MACHINE: Final = Vocabulary(
    _KINDS, _FIELDS, _RECORDS, _LINKS, _METRICS,
    strange=("with priority gigantic", "in category quux", "for sparc", "with version 77.7"),
    months=("May", "October", "September", "June"),
)  # fmt: skip
