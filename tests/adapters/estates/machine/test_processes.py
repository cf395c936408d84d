from datetime import UTC, datetime

from adapters.estates.machine.findings import Findings
from adapters.estates.machine.live_processes import Running, SeenProcess, SeenSocket
from adapters.estates.machine.processes import find_processes

STARTED = datetime(2026, 1, 1, tzinfo=UTC)
LISTENING = SeenSocket("tcp", ("0.0.0.0", 5432), None, 10)  # noqa: S104  it is only seen


def process(pid: int, name: str, *, libraries: frozenset[str] = frozenset()) -> SeenProcess:
    return SeenProcess(
        pid=pid,
        name=name,
        exe=f"/usr/bin/{name}",
        user="ops",
        state="sleeping",
        started_at=STARTED,
        libraries=libraries,
    )


def found(
    *sockets: SeenSocket, owners: dict[str, str] | None = None, processes: list[SeenProcess]
) -> Findings:
    return find_processes(Running(processes, list(sockets), []), owners or {})


def relations(findings: Findings) -> set[tuple[str, str, str]]:
    return {(r.source_id, str(r.rel_type), r.target_id) for r in findings.relations}


def test_a_process_is_named_with_its_number_and_runs_on_the_host() -> None:
    findings = found(processes=[process(10, "postgres")])
    assert findings.items[0].ci_code == "postgres-10"
    assert findings.items[0].owner == "ops"
    assert findings.items[0].created_at == STARTED
    assert relations(findings) == {("process:10", "RUNS_ON", "host")}


def test_a_process_depends_on_the_packages_of_its_program_and_libraries() -> None:
    libraries = frozenset({"/lib/libc.so.6", "/lib/libm.so.6", "/opt/own.so"})
    findings = found(
        processes=[process(10, "postgres", libraries=libraries)],
        owners={
            "/usr/bin/postgres": "package:postgresql",
            "/lib/libc.so.6": "package:libc6",
            "/lib/libm.so.6": "package:libc6",
        },
    )
    needed = [r.target_id for r in findings.relations if str(r.rel_type) == "DEPENDS_ON"]
    assert sorted(needed) == ["package:libc6", "package:postgresql"]


def test_a_port_runs_on_the_process_that_listens() -> None:
    findings = found(LISTENING, processes=[process(10, "postgres")])
    assert ("port:tcp-5432", "RUNS_ON", "process:10") in relations(findings)


def test_a_port_of_a_hidden_process_runs_on_the_host() -> None:
    hidden = SeenSocket("tcp", ("127.0.0.1", 80), None, None)
    findings = found(hidden, processes=[])
    assert relations(findings) == {("port:tcp-80", "RUNS_ON", "host")}


def test_a_port_on_several_addresses_is_one_item() -> None:
    second = SeenSocket("tcp", ("::", 5432), None, 10)
    findings = found(LISTENING, second, processes=[process(10, "postgres")])
    (port,) = [item for item in findings.items if item.ci_subtype == "port"]
    assert port.ci_code == "tcp-5432"
    assert port.attributes["addresses"] == ["0.0.0.0", "::"]  # noqa: S104  it is only seen


def test_a_local_client_is_connected_to_the_port_that_it_uses() -> None:
    client = SeenSocket("tcp", ("127.0.0.1", 40000), ("127.0.0.1", 5432), 20)
    server = SeenSocket("tcp", ("127.0.0.1", 5432), ("127.0.0.1", 40000), 10)
    findings = found(
        LISTENING, client, server, processes=[process(10, "postgres"), process(20, "app")]
    )
    connected = {found for found in relations(findings) if found[1] == "CONNECTED_TO"}
    assert connected == {("process:20", "CONNECTED_TO", "port:tcp-5432")}


def test_a_connection_to_another_machine_is_no_relation() -> None:
    remote = SeenSocket("tcp", ("10.0.0.1", 40000), ("10.0.0.2", 5432), 20)
    findings = found(LISTENING, remote, processes=[process(20, "app")])
    assert not [found for found in relations(findings) if found[1] == "CONNECTED_TO"]
