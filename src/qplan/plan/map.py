"""The kind of model that every map of a plan's files is."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema


class Map(BaseModel):
    """A map of a plan's file. ``place`` is its line and column, counted from 1; the loader gives it."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    place: SkipJsonSchema[tuple[int, int]] = Field(default=(1, 1), exclude=True)

    @classmethod
    def completed(cls, given: dict[str, Any]) -> dict[str, Any]:
        """The values of a map with those that others imply."""
        return given
