"""A project to edit, and one session that the tests of features share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lsp.client import Client, session
from tests.lsp.project import lay_out


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return lay_out(tmp_path.resolve())


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A session that tests share: each leaves the texts as it found them."""
    with session(lay_out(tmp_path_factory.mktemp("editor").resolve())) as client:
        yield client
