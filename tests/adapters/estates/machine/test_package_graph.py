from adapters.estates.machine.package_status import Package, parse_status
from adapters.estates.machine.packages import PackageGraph, package_graph


def graph_of(*stanzas: str) -> PackageGraph:
    texts = []
    for stanza in stanzas:
        name, _, fields = stanza.partition("\n")
        arch = "" if "Architecture:" in fields else "Architecture: amd64\n"
        texts.append(f"Package: {name}\nStatus: install ok installed\n{arch}{fields}\n")
    return package_graph(parse_status("\n".join(texts)))


def package(graph: PackageGraph, name: str) -> Package:
    found = graph.named(name)
    assert found is not None
    return found


def needs(graph: PackageGraph, name: str) -> list[str]:
    return [graph.code(needed) for needed in graph.needs(package(graph, name))]


def test_of_alternatives_the_first_that_is_installed_counts() -> None:
    graph = graph_of("app\nDepends: absent | second | third", "third", "second")
    assert needs(graph, "app") == ["second"]


def test_a_dependency_on_what_is_provided_leads_to_the_provider() -> None:
    graph = graph_of("app\nDepends: mail-agent", "exim\nProvides: mail-agent")
    assert needs(graph, "app") == ["exim"]


def test_a_real_package_goes_before_one_that_provides_its_name() -> None:
    graph = graph_of("app\nDepends: awk", "mawk\nProvides: awk", "awk")
    assert needs(graph, "app") == ["awk"]


def test_pre_dependencies_are_dependencies() -> None:
    assert needs(graph_of("app\nPre-Depends: libc6", "libc6"), "app") == ["libc6"]


def test_a_package_does_not_depend_on_itself() -> None:
    assert needs(graph_of("app\nDepends: app-api\nProvides: app-api"), "app") == []


def test_a_package_in_two_architectures_is_named_with_them() -> None:
    graph = graph_of("libc6", "libc6\nArchitecture: i386")
    codes = [graph.code(found) for found in graph.by_name["libc6"]]
    assert codes == ["libc6:amd64", "libc6:i386"]


def test_a_dependency_stays_in_its_architecture() -> None:
    graph = graph_of(
        "libc6",
        "libc6\nArchitecture: i386",
        "app\nArchitecture: i386\nDepends: libc6",
    )
    assert needs(graph, "app") == ["libc6:i386"]


def test_a_dependency_may_name_its_architecture() -> None:
    graph = graph_of("libc6", "libc6\nArchitecture: i386", "app\nDepends: libc6:i386")
    assert needs(graph, "app") == ["libc6:i386"]


def test_a_package_for_all_architectures_satisfies_a_dependency() -> None:
    graph = graph_of("app\nDepends: data", "data\nArchitecture: all")
    assert needs(graph, "app") == ["data"]


def test_any_architecture_satisfies_a_dependency_that_says_so() -> None:
    graph = graph_of("app\nDepends: python3:any", "python3\nArchitecture: i386")
    assert needs(graph, "app") == ["python3"]


def test_what_is_not_installed_is_told_by_its_first_alternative() -> None:
    graph = graph_of("app\nDepends: absent | missing, libc6", "libc6")
    assert graph.unsatisfied(package(graph, "app")) == ["absent"]
    assert needs(graph, "app") == ["libc6"]


def test_a_package_is_found_by_name_and_by_name_with_architecture() -> None:
    graph = graph_of("libc6", "tool\nArchitecture: all")
    assert package(graph, "libc6:amd64") is package(graph, "libc6")
    assert package(graph, "tool:amd64").name == "tool"
    assert graph.named("libc6:i386") is None
    assert graph.named("absent") is None
