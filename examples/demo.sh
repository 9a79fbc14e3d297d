#!/bin/sh
# The weekly round on a throw-away ledger of a fictitious year: the office's Monday, a department's Friday.
# In Chinese, then in English; one of them alone: sh examples/demo.sh path/to/qplan zh
set -eu
qplan=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") # the round changes the folder
year=$(cd "$(dirname "$0")" && pwd)/fictitious-year
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export QPLAN_ACTOR=演示 QPLAN_CONFIG= QPLAN_PAGER= QPLAN_LEDGER="$place/ledger.db" XDG_STATE_HOME="$place/state"

say() {
  printf '\n\033[1m%s\033[0m\n' "$1"
}

run() {
  printf '\n$ qplan %s\n' "$*"
  "$qplan" "$@"
}

shown() { # the first files of a folder, and how many there are
  printf '\n$ ls %s\n' "$1"
  (cd "$1" && find . -type f | LC_ALL=C sort | sed 's|^\./||' >"$place/files" && head -n 4 "$place/files")
  printf '… (%s)\n' "$(wc -l <"$place/files" | tr -d ' ')"
}

round() {
  rm -rf "$place/ledger.db" "$place/$1"
  mkdir "$place/$1"
  cd "$place/$1"
  export QPLAN_LANG="$1"
  say "$2"
  cp "$year"/evidence/* . # the files that the year names as evidence
  run import "$year/journal.jsonl" --quiet
  run changes --since 2026-01-12 --until 2026-01-18 --dept jxkj
  run reporting --period 2025-Q4 --dept jxkj --dept wjj --dept zrzy --dept nync
  run overdue --as-of 2026-01-19 --limit 4
  run weekly --week 2026-W03 --out "$3" --per-dept --quiet
  shown "$3"
  run urge --due --out "$4" --yes --quiet
  shown "$4"
  printf '\n$ cat %s\n' "$4/$(ls "$4" | grep '区卫生健康局.*txt')"
  cat "$4"/*区卫生健康局*.txt
  say "$5"
  run mine --actor 李工@wjj
  run report C6.3 -p 90 -m 主体完工 --next 12月验收 --actor 李工@wjj
  printf '验收合格\n' >验收意见.txt
  run submit C6.3 -p 100 -m 通过验收 -e 验收意见.txt --actor 李工@wjj
  say "$6"
  run mine
  run evidence C6.3
  run approve C6.3 -m 材料齐全 --yes
  run report --dept rsj --dept jxkj --status active -p 19 -m 误填 --yes
  run undo
  run verify
}

case ${2:-both} in zh | both)
  round zh "统筹办的星期一：本周变化、逾期清单、周清单、催办" 周报 文书 "责任单位的星期五：待办、反馈、申请销号" "统筹办：审核销号；一批误填整批撤销，台账可以核验"
  ;;
esac
case ${2:-both} in en | both)
  round en "The office's Monday: what changed, what is late, the week's list, urging with letters" weekly letters "A department's Friday: what waits, a report, a claim of completion" "The office: verified and closed; a batch entered by mistake is undone whole, the ledger verified"
  ;;
esac
