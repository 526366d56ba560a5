from pathlib import Path

import pytest
from settings.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk in a folder of its own."""
    return Desk(tmp_path)
