#!/bin/sh
# Build the wheel and the sdist, install each into a clean environment and try it: make dist
set -eu
cd "$(dirname "$0")/.."
rm -rf dist
"$1" -m build --outdir dist .
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for package in dist/*.whl dist/*.tar.gz; do
  printf '\n# %s\n' "$package"
  rm -rf "$folder/venv" "$folder/ledger.db"
  "$1" -m venv "$folder/venv"
  "$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt "$package"
  # from another folder, and without PYTHONPATH: what is tried is what was installed
  (cd "$folder" && unset PYTHONPATH && export QPLAN_LEDGER="$folder/ledger.db" XDG_STATE_HOME="$folder/state" QPLAN_ACTOR=office QPLAN_CONFIG= &&
    venv/bin/qplan --version && venv/bin/qplan load --yes && venv/bin/qplan tasks --dept scjg --limit 3)
done
