"""Plans written inline."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from qplan.plan.document.reading import read_document
from qplan.plan.source import Source, read_plan

HEAD = """\
format: 1
plan:
  id: p
  title: 计划
  begins: 2021-01-01
  ends: 2025-12-31
  office: zlb
departments:
  - {id: zlb, name: 领导小组办公室, role: office}
  - {id: scjg, name: 市场监管, aliases: [市监局, 市场监管局]}
  - {id: fgj, name: 发展改革, aliases: [发改局]}
"""
#: Line on which a body begins after the head.
BODY = HEAD.count("\n") + 1


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Source]:
    """Read a plan file of this text (or bytes), with further files beside it."""

    def reading(text: str | bytes, **others: str) -> Source:
        data = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
        (tmp_path / "plan_tasks.yaml").write_bytes(data)
        for name, content in others.items():
            (tmp_path / f"{name}.yaml").write_text(textwrap.dedent(content), encoding="utf-8")
        return read_plan(tmp_path)

    return reading


@pytest.fixture
def body(read: Callable[..., Source]) -> Callable[..., Source]:
    """Read a plan whose head and departments are sound, with this after them."""

    def reading(text: str, **others: str) -> Source:
        return read(HEAD + textwrap.dedent(text), **others)

    return reading


def told(source: Source) -> list[str]:
    """The problems as ``line:column: what; mend``, without the folder of the test."""
    return [
        str(p).replace(p.file, Path(p.file).name, 1).removeprefix("plan_tasks.yaml:") for p in source.problems
    ]


@pytest.fixture
def read_text(tmp_path):
    """Read a text as a document of this name."""

    def reading(text, name="plan.txt"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        return read_document(path)

    return reading
