"""The ``lms`` command: mounts each capability's commands."""

from __future__ import annotations

import sys

import click

from lms import __version__
from lms.core.command import LazyGroup

COMMANDS = {
    "setup": "lms.operations.cli:setup",
    "serve": "lms.operations.cli:serve",
    "work": "lms.operations.cli:work",
    "backup": "lms.operations.cli:backup",
    "restore": "lms.operations.cli:restore",
    "sample": "lms.operations.sample_cli:sample",
    "people": "lms.people.cli:people",
    "users": "lms.people.cli:users",
    "courses": "lms.courses.cli:courses",
    "courses worth": "lms.psychometrics.effect_cli:worth",
    "assessments": "lms.assessments.cli:assessments",
    "assessments simulate": "lms.placement.cli:simulate",
    "responses": "lms.assessments.cli:responses",
    "competency": "lms.competency.cli:competency",
    "gaps": "lms.competency.cli:gaps",
    "reports": "lms.reports.cli:reports",
    "plans": "lms.planning.cli:plans",
    "assignments": "lms.assignments.cli:assignments",
    "audit": "lms.access.cli:audit",
    "items": "lms.psychometrics.cli:items",
}


HANDED_DOWN = {
    "check_assessment": "lms.assessments.checks:check_assessment",
    "check_work_samples": "lms.portfolio.checks:read",
    "check_hours_rules": "lms.hours.checks:read",
    "read_bank": "lms.assessments.sources:read",
    "carry_in": "lms.interop.cli:carry_in",
    "moodle_xml": "lms.interop.cli:moodle_xml",
}
"""What a capability's command needs from a sibling."""


@click.group(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "obj": HANDED_DOWN})
@click.version_option(__version__, prog_name="lms")
def lms() -> None:
    """Train officials and see what they can do.

    \b
    A new installation:
      lms setup            make the instance and print the first administrator's code
      lms serve            serve it on http://127.0.0.1:8000

    Settings come from instance/config.toml and LMS_* variables; see docs/operations.md.
    """


def main() -> None:
    """Entry point of the installed command."""
    sys.exit(lms(prog_name="lms"))


if __name__ == "__main__":
    main()
