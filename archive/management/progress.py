"""A bar for commands that take a while."""

import sys

WIDTH = 40


def bar(command, done: int, of: int) -> None:
    """Draw how far it has come: on a terminal, nothing in a log."""
    if not sys.stderr.isatty() or not of:
        return
    filled = round(WIDTH * done / of)
    command.stderr.write(
        f"\r{'█' * filled}{'░' * (WIDTH - filled)} {done:,} / {of:,}",
        ending="\n" if done >= of else "",
    )
