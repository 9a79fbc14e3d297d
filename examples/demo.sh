#!/bin/sh
# The main job on a throw-away ledger: load the plan, look, report, list what is overdue.
set -eu
qplan=$1
QPLAN_LEDGER=$(mktemp -d)/ledger.db
export QPLAN_LEDGER
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
