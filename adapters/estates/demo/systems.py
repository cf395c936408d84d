"""The skeleton of the demo estate: eight business systems and the servers that carry them."""

from dataclasses import dataclass

APP_NAMES = (
    *("order", "inventory", "pricing", "report"),
    *("alert", "integration", "audit", "scheduler"),
)
ZONES = ("zone-a", "zone-b", "zone-c")


@dataclass(frozen=True, slots=True)
class System:
    """One business system; `apps` counts the applications of each of its servers, in order."""

    key: str
    subtype: str
    category: str
    owner: str
    depends_on: tuple[str, ...]
    purpose: str
    apps: tuple[int, ...]
    dbs: int
    webs: int

    @property
    def code(self) -> str:
        """The code of the system's own configuration item."""
        return f"sys-{self.key}"

    @property
    def networks(self) -> tuple[str, str]:
        """The codes of its two switches; every server is connected to both."""
        return f"net-{self.key}-01", f"net-{self.key}-02"

    @property
    def storage(self) -> str:
        """The code of the storage that its servers use."""
        return f"storage-{self.key}"

    @property
    def security(self) -> str:
        """The code of the appliance that protects its servers."""
        return f"sec-{self.key}"


SYSTEMS = (
    System("erp", "business_system", "business", "erp-platform", ("cmdb", "apm"),
           "orders, stock and accounting", (2, 1, 3, 2, 1, 1), 3, 3),
    System("mes", "control_system", "manufacturing", "mes-ops", ("erp", "scada"),
           "manufacturing execution", (1, 2, 1, 3, 1, 1), 3, 3),
    System("scada", "control_system", "industrial", "scada-ops", ("mes",),
           "supervision of the plant", (2, 1, 2, 1, 2), 2, 3),
    System("mon", "monitoring_system", "observability", "mon-ops", ("scada", "apm"),
           "infrastructure monitoring", (1, 2, 2, 1, 2), 2, 3),
    System("analytics", "business_system", "insights", "analytics-ops", ("erp", "mes"),
           "reports and forecasts", (3, 1, 2, 1, 2, 1), 3, 3),
    System("cmdb", "business_system", "infra", "cmdb-ops", ("mon", "apm"),
           "configuration management", (2, 2, 1, 3, 1), 2, 3),
    System("apm", "monitoring_system", "observability", "apm-ops", ("cmdb", "mon"),
           "application performance monitoring", (1, 2, 2, 1, 2), 2, 2),
    System("secops", "monitoring_system", "security", "secops-team", ("mon", "apm"),
           "security operations", (2, 1, 3, 1, 1), 2, 2),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Server:
    """One server of a system with its software; `index` counts all servers from 0."""

    system: System
    number: int
    index: int

    @property
    def label(self) -> str:
        """What the codes of the server and of its software share: `erp-01`."""
        return f"{self.system.key}-{self.number:02}"

    @property
    def code(self) -> str:
        """The code of the server."""
        return f"srv-{self.label}"

    @property
    def is_staging(self) -> bool:
        """The last server of each system is its staging environment."""
        return self.number == len(self.system.apps)

    @property
    def environment(self) -> str:
        """The environment of the server and of all that is deployed on it."""
        return "staging" if self.is_staging else "production"

    @property
    def zone(self) -> str:
        """The zone of the server and of all that is deployed on it."""
        return ZONES[self.index % len(ZONES)]

    @property
    def status(self) -> str:
        """Every second server is in monitoring, the last one of the estate excepted: 21 of 43."""
        is_watched = (
            self.index % 2 == 0 and self.index < sum(len(system.apps) for system in SYSTEMS) - 1
        )
        return "monitoring" if is_watched else "active"

    @property
    def os(self) -> str:
        """The code of the operating system."""
        return f"os-{self.label}"

    @property
    def was(self) -> str:
        """The code of the application server."""
        return f"was-{self.label}"

    @property
    def db(self) -> str | None:
        """The code of the database: the first servers have one, and staging has its own."""
        has_db = self.number < self.system.dbs or self.is_staging
        return f"db-{self.label}" if has_db else None

    @property
    def web(self) -> str | None:
        """The code of the web server, which the first servers of a system have."""
        return f"web-{self.label}" if self.number <= self.system.webs else None

    @property
    def apps(self) -> list[str]:
        """The codes of the applications: `app-erp-order-01-1`."""
        count = self.system.apps[self.number - 1]
        return [f"app-{self.system.key}-{app_name(self.number, i)}-{self.number:02}-{i}"
                for i in range(1, count + 1)]  # fmt: skip

    @property
    def software(self) -> list[str]:
        """The codes of everything deployed on the server."""
        codes = [self.os, self.db, self.was, self.web, *self.apps]
        return [code for code in codes if code is not None]


def app_name(server_number: int, position: int) -> str:
    """Return what the application at a position (from 1) on a server (from 1) is for."""
    return APP_NAMES[(server_number + position - 2) % len(APP_NAMES)]


def servers() -> list[Server]:
    """Return all servers, by system and number."""
    numbered = [(s, number) for s in SYSTEMS for number in range(1, len(s.apps) + 1)]
    return [Server(*each, index) for index, each in enumerate(numbered)]


def measured_servers() -> list[Server]:
    """Return the 30 servers with metrics: all in monitoring and the first nine active ones."""
    watched = [server for server in servers() if server.status == "monitoring"]
    active = [server for server in servers() if server.status == "active"]
    return sorted(watched + active[:9], key=lambda server: server.index)


def measured_software() -> list[str]:
    """Return the 20 software codes with metrics: mostly applications and databases."""
    first = [server for server in servers() if server.number == 1]
    apps = [server.apps[0] for server in first]
    dbs = [server.db for server in first if server.db is not None]
    return apps + dbs + [server.was for server in first[:4]]


def measured_codes() -> list[str]:
    """Return the codes of the 50 configuration items with metrics, servers first."""
    return [server.code for server in measured_servers()] + measured_software()
