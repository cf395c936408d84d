"""The tests of the command line that are not run against a server, each with the reason."""

from collections.abc import Mapping
from typing import Final

_MADE = "a server makes the database, and keeps it open"
_SETTING = "a server reads its settings when it starts, and does not start with wrong ones"
_USER = "a server records its own user"
_ROOT = "it is about the root options that a server is asked in place of"
_PROCESS = "it is about signals to the process that carries out, or what it keeps in hand"
_INSIDE = "it replaces or looks at what a command has in its own process"
_DAMAGED = "a server looks at the log all the while, and appends what is asked to it"

NOT_SERVED: Final[Mapping[str, str]] = {
    "test_app.py": _ROOT,
    "test_profiles.py::test_a_profile_counts_once_it_is_used": _ROOT,
    "test_secrets.py::test_a_hint_has_no_password_of_the_name_of_a_database": _ROOT,
    "test_pasted_commands.py": _ROOT,
    "test_database.py": _MADE,
    "test_backups.py::test_a_backup_has_all_runs_and_its_log_is_sound": _MADE,
    "test_backups.py::test_what_is_not_sound_is_no_backup": _MADE,
    "test_backups.py::test_the_room_is_told_by_table_index_and_type_of_event": _MADE,
    "test_bundles.py::test_a_bundle_is_verified_without_any_database": _MADE,
    "test_bundles.py::test_the_runs_in_a_bundle_are_driven_again_without_a_database": _MADE,
    "test_estates.py::test_bad_files_are_refused_with_line_field_and_value": _MADE,
    "test_logs.py::test_a_verification_creates_no_database": _MADE,
    "test_recovering.py::test_a_lease_of_a_wrong_length_is_a_usage_error": _SETTING,
    "test_secrets.py::test_a_pattern_file_that_is_wrong_stops_before_anything_is_recorded": (
        _SETTING
    ),
    "test_profiles.py::test_a_file_that_is_wrong_is_refused_with_its_line": _SETTING,
    "test_profiles.py::test_bytes_that_are_no_text_are_refused": _SETTING,
    "test_values.py::test_a_tenant_that_cannot_be_one_is_a_usage_error": _ROOT,
    "test_tools.py::test_a_wrong_file_of_sources_is_told_before_a_run_begins": _SETTING,
    "test_ctrl_c.py": _PROCESS,
    "test_erasing.py::test_an_erasure_that_was_cut_off_is_told_and_finished": _PROCESS,
    "test_json_output.py": _INSIDE,
    "test_starting.py": _INSIDE,
    "test_asking.py::test_whatever_the_system_calls_a_user_can_be_recorded": _USER,
    "test_asking.py::test_a_user_without_a_name_is_a_number": _USER,
    "test_keys.py": "its first key ends what a server answers without one",
    "test_narrow_screens.py": "its first key ends what a server answers without one",
    "test_damaged_values.py::test_a_damaged_log_is_told_in_a_line": _DAMAGED,
    "test_cli_effects.py": _PROCESS,
    "test_cli_ended_anywhere.py": _PROCESS,
    "test_cli_hanging_calls.py": _PROCESS,
    "test_cli_interrupted.py": _PROCESS,
    "test_cli_surroundings.py": _MADE,
    "test_installed_tools.py": "the packages are those of the process that calls their tools",
}
"""By file, or by file and test."""


def why_not(node_id: str) -> str | None:
    """Return why a test is not run against a server, None if it is."""
    name = node_id.partition("[")[0].rpartition("/")[2]
    return NOT_SERVED.get(name) or NOT_SERVED.get(name.partition("::")[0])
