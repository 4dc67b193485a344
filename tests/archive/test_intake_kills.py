"""A worker that is killed while something is taken in: nothing is lost, nothing is doubled."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archive.ingest.intake import WORKING

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """What `killed_worker` found, in an archive of its own on SQLite."""
    folder = tmp_path_factory.mktemp("killed")
    done = subprocess.run(
        [sys.executable, "-m", "tests.archive.killed_worker", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def test_undisturbed_all_is_ready(outcome):
    undisturbed = outcome["undisturbed"]
    assert [intake["stage"] for intake in undisturbed["intakes"]] == ["ready", "ready"]
    assert {status for *_what, status in undisturbed["tasks"]} == {"SUCCESSFUL"}
    assert len(undisturbed["files"]) == 2
    assert len(undisturbed["suggestions"]) >= 2


def test_every_worker_was_killed_and_at_every_stage(outcome):
    assert {killed["ended"] for killed in outcome["killed"]} == {-9}
    assert {stage for killed in outcome["killed"] for stage in killed["stages"]} >= set(WORKING)


def test_after_any_kill_the_next_worker_comes_to_the_same_end(outcome):
    for killed in outcome["killed"]:
        assert killed["standing"] == outcome["undisturbed"], f"killed at {killed['moment']}"
