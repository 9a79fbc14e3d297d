"""The examples at the head of each command's help page; a test plays every line of them.

They are in one table, so that the help of a group can be written without importing its commands.
"""

#: Command -> what is typed after ``qplan``.
EXAMPLES: dict[str, tuple[str, ...]] = {
    "": ("", "mine", "tasks --dept 市监局", "weekly --out 周报"),
    "tasks": ("tasks --dept 市监局 --light red", "tasks --due-within 30 --sort deadline", "tasks --search 食品 --out 清单.xlsx"),
    "show": ("show T2.1.2", "show I1", "show 专栏4-2"),
    "depts": ("depts", "depts --format csv"),
    "indicators": ("indicators --core", "indicators --dept 市监局 --out 指标.xlsx"),
    "summary": ("summary --by dept", "summary --by section --as-of 2025-06-30"),
    "log": ("log T2.1.2", "log --limit 20"),
    "milestones": ("milestones --missed", "milestones --dept 农业农村局 --due-within 30"),
    "mine": ("mine", "mine --dept 农业农村局"),
    "evidence": ("evidence T2.1.2", "evidence --dept 农业农村局 --out 佐证材料/"),
    "load": ("load", "load 规划文件夹 --dry-run"),
    "check": ("check", "check 规划文件夹"),
    "plan": ("plan from-table 分工表.xlsx --out 规划文件夹", "plan coverage --source 规划.txt"),
    "plan from-table": ("plan from-table 分工表.xlsx --out 规划文件夹", "plan from-table 分工表.xlsx --format json"),
    "plan template": ("plan template --out 空白任务表.xlsx",),
    "plan from-document": ("plan from-document 规划.txt --out 规划文件夹",),
    "plan coverage": ("plan coverage --source 规划.txt", "plan coverage 规划文件夹 --source 规划.txt"),
    "update": ("update T2.1.2 --status 办理中 --progress 40 --note 完成选址", "update --from 进展.csv"),
    "report": (
        "report T2.1.2 --progress 60 --note 主体完工 --next 12月验收", "report --dept 农业农村局 --note 已部署 --yes",
    ),
    "accept": ("accept T2.1.2", "accept --dept 农业农村局 --yes"),
    "dispute": ("dispute T2.1.2 --reason 不属本单位职责",),
    "block": ("block T2.1.2 --difficulty 用地未批 --needs 请区自然资源局协调用地",),
    "resume": ("resume T2.1.2 --note 用地已批复",),
    "submit": ("submit T2.1.2 --evidence 总结.pdf --evidence 区农〔2025〕12号",),
    "approve": ("approve T2.1.2 --note 材料齐全",),
    "return": ("return T2.1.2 --note 缺少验收意见 --progress 90",),
    "extend": (
        "extend T2.1.2 --to 2027-06-30 --reason 招标流标", "extend T2.1.2 --refuse --reason 理由不充分",
    ),
    "assign": ("assign T2.1.2 --lead 农业农村局 --owner 张三", "assign T2.1.2 --support 水利局 --support 商务局 --yes"),
    "confirm": ("confirm T2.1.2 --document 区府办〔2025〕1号", "confirm --unconfirmed --column 3 --yes"),
    "urge": ("urge T2.1.2", "urge --due --yes", "urge --dept 农业农村局 --column 3 --yes --out 文书/"),
    "terminate": ("terminate T2.1.2 --document 区府办〔2025〕9号",),
    "reopen": ("reopen T2.1.2 --reason 抽查发现问题",),
    "milestone": (
        "milestone add T2.1.2 --title 完成招标 --due 2025-10-31", "milestone done T2.1.2/m1 --on 2025-06-30",
        "milestone move T2.1.2/m3 --to 2025-12-15 --reason 汛期停工",
    ),
    "measure": ("measure I1 --year 2024 --value 98.4 --source 例行监测", "measure I1 --period 2025-Q2 --value 98.6 --source 例行监测"),
    "target": ("target I9 --value 87 --document 市环委〔2025〕3号",),
    "undo": ("undo", "undo 483", "undo 483 484 --only"),
    "overdue": ("overdue --dept 市监局", "overdue --by dept", "overdue --as-of 2026-01-05 --out 逾期清单.xlsx"),
    "weekly": ("weekly", "weekly --week 2026-W02 --out 周清单.docx", "weekly --out 周报 --per-dept"),
    "changes": ("changes", "changes --since 2026-11-16 --dept 市监局"),
    "reporting": ("reporting", "reporting --period 2026-W46"),
    "notice": ("notice T2.1.2", "notice T2.1.2 --out 通知单.docx", "notice --dept 农业农村局 --out 文书/"),
    "calendar": ("calendar --dept 市监局 --out 日历.ics",),
    "dashboard": ("dashboard --out 现状.html",),
    "forms": ("forms --out 报表 --due 2026-11-30", "forms --out 报表 --dept 市监局 --dept 农业农村局"),
    "collect": ("collect 报表 --dry-run", "collect 报表 --yes"),
    "score": ("score --year 2025", "score --year 2025 --out 考评.xlsx"),
    "verify": ("verify", "verify --seal 封存单.seal"),
    "seal": ("seal 封存单.seal",),
    "backup": ("backup 备份.db",),
    "restore": ("restore 备份.db --yes",),
    "export": ("export --out 工作台账.xlsx", "export --journal --out 日志.jsonl"),
    "import": ("import 日志.jsonl --ledger 新台账.db",),
    "move": ("move --to postgresql://qplan@db.example/qplan",),
    "roles": ("roles --sql", "roles --apply"),
    "doctor": ("doctor", "doctor --upgrade"),
    "config": ("config set actor 李四@scjg", "config list", "config unset actor"),
}  # fmt: skip


def examples(command: str) -> list[str]:
    """Return the lines of a command's examples as they are typed."""
    return [f"qplan {line}".rstrip() for line in EXAMPLES.get(command, ())]
