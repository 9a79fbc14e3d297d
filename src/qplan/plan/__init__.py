"""The plan as code: YAML files -> a checked plan -> what a load would change.

:func:`qplan.plan.source.read_plan` reads, :func:`qplan.plan.checks.check` gives every problem,
:func:`qplan.plan.diff.diff` compares with a ledger.
"""
