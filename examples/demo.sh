#!/bin/sh
# The main job on a throw-away ledger: load the plan, look, report, list what is overdue.
set -eu
qplan=$1
QPLAN_LEDGER=$(mktemp -d)/ledger.db
QPLAN_ACTOR=${QPLAN_ACTOR:-demo}
export QPLAN_LEDGER QPLAN_ACTOR
trap 'rm -rf "$(dirname "$QPLAN_LEDGER")"' EXIT

run() {
  printf '\n$ qplan %s\n' "$*"
  "$qplan" "$@"
}

run load
run tasks --dept scjg
run update T2.1.3 --status active --progress 40 --note "明厨亮灶改造过半"
run overdue --as-of 2026-01-15 --limit 10
run weekly --week 2026-W02

printf '\n# A fictitious year of the same plan (虚构示例): every light, state and level of urging\n'
QPLAN_LEDGER=$(dirname "$QPLAN_LEDGER")/year.db
run import "$(dirname "$0")/fictitious-year/journal.jsonl"
run summary --by section --as-of 2025-12-12
run show C3.5 --as-of 2025-06-29
run mine --dept jxkj --as-of 2026-01-05
run weekly --week 2026-W06
run indicators --core --as-of 2026-02-14
run score --year 2025
