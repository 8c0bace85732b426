"""The guard of these tests guards: a child that breaks out is caught."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    "deed",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "open('../canary', 'w')",
        "import pathlib; pathlib.Path('/tmp/canary-of-threats').touch()",
        "import os; os.system('true')",
        "import subprocess; subprocess.run(['true'])",
        "raise ValueError",
        "bytearray(600 << 20)",
        "while True: pass",
        "print('\\x1b[2J')",
    ],
)
def test_breaking_out_is_noticed(deed: str, lab: Any, tmp_path: Path) -> None:
    # A module found in the working folder before the real one.
    module = tmp_path / "guard" / "policyengine"
    module.mkdir()
    (module / "__init__.py").touch()
    (module / "__main__.py").write_text(deed)
    with pytest.raises(AssertionError):
        lab.run("evaluate")
