"""A process that is killed while it imports: nothing is lost, nothing is doubled."""

import json
import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """What `killed_import` found, in an archive of its own on SQLite."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.archive.killed_import", str(tmp_path_factory.mktemp("kill"))],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DEBUG": "1"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_the_import_was_killed_at_every_stage(outcome):
    *killed, last = outcome["killed"]
    assert {one["ended"] for one in killed} == {signal.SIGKILL} and last["ended"] == 0
    assert {one["stage"] for one in killed} >= {"waiting", "checking", "writing"}
    assert len(killed) > 20


def test_whenever_it_is_killed_the_same_stands_there_in_the_end(outcome):
    assert outcome["undisturbed"]["stage"] == "done"
    assert outcome["undisturbed"]["written"] == {"new": 9, "changed": 5}
    for killed in outcome["killed"]:
        assert killed["standing"] == outcome["undisturbed"], f"killed at {killed['moment']}"
