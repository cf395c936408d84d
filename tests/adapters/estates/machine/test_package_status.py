from adapters.estates.machine.package_status import Dependency, parse_status

STATUS = """\
Package: web
Status: install ok installed
Priority: optional
Section: httpd
Maintainer: Web Team <web@example.org>
Architecture: amd64
Version: 1.2-3
Provides: httpd, httpd-cgi (= 1.2)
Pre-Depends: init-tools (>= 1.54~)
Depends: libc6 (>= 2.34), default-mta | mail-agent, python3:any, libssl3:amd64 (<< 4)
Conffiles:
 /etc/web.conf 0123456789abcdef
 /etc/Package: odd
Description: small web server
 It serves pages.
 .
 Package: not a field

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 0.9

Package: half
Status: install ok half-configured
Architecture: amd64
Version: 0.9

Package: held
Status: hold ok installed
Architecture: all
Version: 7
"""


def test_packages_that_are_installed_are_found_also_held_ones() -> None:
    assert [package.name for package in parse_status(STATUS)] == ["web", "held"]


def test_the_fields_of_a_package_are_read() -> None:
    web = parse_status(STATUS)[0]
    assert (web.arch, web.version, web.section) == ("amd64", "1.2-3", "httpd")
    assert web.priority == "optional"
    assert web.maintainer == "Web Team <web@example.org>"


def test_the_summary_is_the_first_line_of_the_description() -> None:
    assert parse_status(STATUS)[0].summary == "small web server"


def test_what_a_package_provides_is_read_without_versions() -> None:
    assert parse_status(STATUS)[0].provides == ("httpd", "httpd-cgi")


def test_dependencies_are_read_with_alternatives_and_architectures() -> None:
    assert parse_status(STATUS)[0].depends == (
        (Dependency("init-tools"),),
        (Dependency("libc6"),),
        (Dependency("default-mta"), Dependency("mail-agent")),
        (Dependency("python3", "any"),),
        (Dependency("libssl3", "amd64"),),
    )


def test_a_package_without_dependencies_has_none() -> None:
    assert parse_status(STATUS)[1].depends == ()


def test_an_empty_status_file_has_no_packages() -> None:
    assert parse_status("") == []
