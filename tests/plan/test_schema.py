"""Schemas and tables are made from the format's tables and are current; the bundled data fits."""

import re
import runpy
from pathlib import Path

import jsonschema
import pytest
import yaml

from qplan.core.rules import Empty, Reporting, Rules, Scoring
from qplan.plan import rules_models
from qplan.plan.rules_models import Calendar, Lights, RulesFile
from qplan.plan.shapes import shapes
from qplan.plan.source import read_plan

ROOT = Path(__file__).parents[2]
_TOOL = runpy.run_path(str(ROOT / "tools" / "plan_format.py"))
maps, schema = _TOOL["maps"], _TOOL["schema"]
DATA = {
    "plan": ["plan_tasks.yaml"],
    "departments": ["departments.yaml"],
    "indicators": ["indicators.yaml"],
    "rules": ["rules.yaml"],
    "column": sorted(f"columns/{p.name}" for p in (ROOT / "data" / "columns").glob("*.yaml")),
}


class Editor(yaml.SafeLoader):
    """Reads as an editor's YAML 1.2 does: numbers, truth values and null; a date is a text."""


Editor.yaml_implicit_resolvers = {}
Editor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
Editor.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(null|~|)$"), ["n", "~", ""])
Editor.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(0|[1-9]\d*)$"), list("-0123456789"))
Editor.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?\d+\.\d+$"), list("-0123456789"))


@pytest.mark.parametrize(("file", "name"), [(file, name) for file, names in DATA.items() for name in names])
def test_bundled_data_fits_and_has_its_modeline(file, name):
    text = (ROOT / "data" / name).read_text(encoding="utf-8")
    validator = jsonschema.Draft202012Validator(schema(file))
    validator.check_schema(schema(file))
    errors = [f"{list(e.absolute_path)}: {e.message}" for e in validator.iter_errors(yaml.load(text, Editor))]
    assert errors == []
    up = "../" * name.count("/")
    assert text.startswith(f"# yaml-language-server: $schema={up}schema/{file}.schema.json\n")


def test_schema_refuses_what_the_reader_refuses():
    validator = jsonschema.Draft202012Validator(schema("departments"))
    assert list(validator.iter_errors({"departments": [{"id": "a", "nam": "x"}]}))
    assert not list(validator.iter_errors({"departments": [{"id": "a", "name": "x", "note": None}]}))


def test_example_of_the_manual_is_a_plan(tmp_path):
    text = (ROOT / "docs" / "plan-format.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", text, re.S).group(1)
    (tmp_path / "plan_tasks.yaml").write_text(example, encoding="utf-8")
    source = read_plan(tmp_path)
    assert source.problems == []
    assert [t.lead for t in source.plan.tasks] == [None, "scjg"]
    jsonschema.validate(yaml.load(example, Editor), schema("plan"))


def test_every_map_and_key_is_described():
    for model in maps():
        assert model.__doc__
        for name, shape in shapes(model).items():
            assert model.model_fields[name].description, f"{model.__name__}.{name}"
            assert shape.name


def test_every_rule_of_the_core_can_be_given_in_the_rules_file():
    given = {name for model in (RulesFile, Lights, Calendar) for name in shapes(model)}
    missing = set(Rules._fields) - given - {"working_days"}  # the form of `calendar` gives it
    where = "plan/rules_models.py: no key of Lights, RulesFile or Calendar gives these rules of core/rules.py"
    assert missing == set(), where
    assert set(Scoring._fields) == set(shapes(rules_models.Scoring)), (
        "core/rules.py, plan/rules_models.py: Scoring"
    )
    assert set(Reporting._fields) == set(shapes(rules_models.ReportingDuty)), (
        "plan/rules_models.py: ReportingDuty"
    )
    assert set(Empty._fields) == set(shapes(rules_models.EmptyReport)), "plan/rules_models.py: EmptyReport"
