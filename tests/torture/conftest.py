"""What the attacks and faults share."""

from attempts import counted  # noqa: F401 - a fixture
