"""Usage errors of the command line: what is wrong and the nearest right word, in both languages."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import typer

from qplan.core.names import plain
from qplan.i18n import _, sentences

#: Words that other programs (Taskwarrior, git, gh, todo) and people use -> the commands that do it here.
USUAL = {
    **dict.fromkeys(("list", "ls", "ll", "task", "search", "find", "grep", "all", "任务", "事项", "列表", "清单", "台账", "查询"), ("tasks", "tasks --search TEXT")),
    **dict.fromkeys(("todo", "todos", "inbox", "me", "my", "next", "ready", "today", "待办", "我的"), ("mine", "tasks --due-within DAYS")),
    **dict.fromkeys(("done", "close", "complete", "finish", "完成", "销号", "办结"), ("submit", "approve")),
    **dict.fromkeys(("claim", "提交", "申请", "申请销号"), ("submit", "extend")),
    **dict.fromkeys(("审核", "同意"), ("approve", "return")),
    **dict.fromkeys(("退回",), ("return",)),
    **dict.fromkeys(("take", "签收", "接收"), ("accept",)),
    **dict.fromkeys(("view", "info", "cat", "get", "open", "查看", "详情"), ("show",)),
    **dict.fromkeys(("status", "home", "st", "stat", "stats", "count", "burndown", "统计", "汇总", "状态"), ("summary", "tasks --status STATUS")),
    **dict.fromkeys(("balance", "bal", "progress", "进度"), ("summary", "tasks --sort progress")),
    **dict.fromkeys(("print", "dump"), ("export", "log")),
    **dict.fromkeys(("board", "kanban", "看板"), ("dashboard", "tasks --status STATUS")),
    **dict.fromkeys(("issue", "issues", "pr"), ("tasks", "show")),
    **dict.fromkeys(("commit", "checkin"), ("update", "report")),
    **dict.fromkeys(("clone", "copy", "push", "pull", "fetch"), ("backup", "move")),
    **dict.fromkeys(("checkout", "revision", "tag"), ("tasks --as-of DATE", "log")),
    **dict.fromkeys(("merge",), ("collect", "update --from FILE")),
    **dict.fromkeys(("edit", "modify", "set", "change", "note", "comment", "annotate", "append", "start", "更新", "汇报", "反馈", "报送", "报告", "进展"), ("update", "report")),
    **dict.fromkeys(("stop", "pause", "受阻", "困难"), ("block",)),
    **dict.fromkeys(("continue", "恢复办理"), ("resume",)),
    **dict.fromkeys(("add", "new", "create"), ("load", "milestone add")),
    **dict.fromkeys(("init", "载入"), ("load",)),
    **dict.fromkeys(("delete", "rm", "remove", "cancel", "drop", "终止"), ("terminate", "undo")),
    **dict.fromkeys(("revert", "rollback", "reset", "redo", "撤销"), ("undo",)),
    **dict.fromkeys(("history", "journal", "events", "blame", "register", "reg", "timeline", "记录", "日志"), ("log",)),
    **dict.fromkeys(("diff", "变化"), ("changes", "log")),
    **dict.fromkeys(("late", "due", "逾期"), ("overdue", "tasks --due-within DAYS")),
    **dict.fromkeys(("week", "周报"), ("weekly",)),
    **dict.fromkeys(("reports", "报送情况"), ("reporting", "weekly")),
    **dict.fromkeys(("reject",), ("return", "extend --refuse")),
    **dict.fromkeys(("delay", "postpone", "延期"), ("extend",)),
    **dict.fromkeys(("remind", "nudge", "催办", "提醒"), ("urge",)),
    **dict.fromkeys(("督办", "通报", "督办单"), ("notice", "urge")),
    **dict.fromkeys(("projects", "users", "dept", "department", "departments", "units", "单位", "部门"), ("depts",)),
    **dict.fromkeys(("goal", "goals", "节点", "阶段目标"), ("milestones", "milestone")),
    **dict.fromkeys(("targets", "指标"), ("indicators", "target")),
    **dict.fromkeys(("考核", "考评", "评分"), ("score",)),
    **dict.fromkeys(("表格", "填报"), ("forms", "collect")),
    **dict.fromkeys(("validate", "lint"), ("check", "verify")),
    **dict.fromkeys(("upgrade", "migrate", "sync"), ("doctor --upgrade", "move")),
    **dict.fromkeys(("导出",), ("export",)),
    **dict.fromkeys(("备份",), ("backup",)),
    **dict.fromkeys(("恢复",), ("restore", "resume")),
    **dict.fromkeys(("settings", "设置", "配置"), ("config",)),
    **dict.fromkeys(("whoami", "who", "login"), ("config get actor", "config set actor NAME@DEPT")),
    **dict.fromkeys(("version",), ("--version",)),
    **dict.fromkeys(("帮助",), ("--help",)),
}  # fmt: skip


@contextmanager
def errors_of(ctx: Any) -> Iterator[None]:
    """Let each usage error know the command that it concerns, which Typer's parser leaves out of some."""
    try:
        yield
    except typer.TyperException as error:
        error.ctx = getattr(error, "ctx", None) or ctx  # type: ignore[attr-defined]
        raise


def sentence(error: Any) -> str:
    """Return the sentence for one of Typer's usage errors, and where the command's help is."""
    ctx = getattr(error, "ctx", None)
    return located(ctx, _problem(error)) if ctx is not None else str(error)


def located(ctx: Any, problem: str) -> str:
    """Return a problem after the command's name, and where the command's help is."""
    help_line = _("See: {command} --help").format(command=ctx.command_path)
    return f"{ctx.command_path}: {problem}\n{help_line}"


def misspelt_option(params: Sequence[Any], words: Sequence[str], commands: Container[str] = ()) -> str | None:
    """Return the sentence for a long option, or a command, with one dash (``-overdue``), which would give the
    value of a short option; None where there is none.
    """
    known = {name for param in params if param.param_type_name == "option" for name in param.opts}
    for word in words:
        if word == "--":
            break
        option = f"-{word.partition('=')[0]}"
        if len(word) < 3 or word[0] != "-" or word[1] == "-":
            continue
        if option not in known and word[1:] in commands:
            option = f"qplan {word[1:]}"
        if option in known or word[1:] in commands:
            return sentences(
                _("there is no option {option}.").format(option=word),
                _("Did you mean {names}?").format(names=option),
            )
    return None


def unknown_command(name: str, commands: Mapping[str, Any]) -> str:
    """Return the sentence for a command that does not exist, with the nearest ones."""
    import re
    from difflib import get_close_matches

    visible = [known for known, entry in commands.items() if not entry.hidden]
    near = get_close_matches(name.lower(), visible, 3, 0.6)
    usual = [
        meant
        for meant in USUAL.get(plain(name).lower(), ())
        if meant.startswith("-") or meant.split()[0] in commands
    ]
    if usual:
        hint = _("Use: {commands}").format(commands=_(" or ").join(f"qplan {meant}" for meant in usual))
    elif near:
        hint = _("Did you mean {names}?").format(names=_(" or ").join(near))
    elif re.fullmatch(r"[A-Za-z]\d+(\.\d+)*(/[a-z]?\d+)?|专栏\d+(-\d+)?", plain(name)):
        hint = _("To see a task: qplan show {id}").format(id=name)
    else:
        hint = _("See: qplan --help")
    return sentences(_("There is no command “{name}”.").format(name=name), hint)


def _problem(error: Any) -> str:
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return _no_option(error)
    if kind == "MissingParameter":
        return _("{what} is missing.").format(what=name_of(error.param))
    if kind == "BadOptionUsage":
        takes_value = not any(
            param.is_flag for param in error.ctx.command.params if error.option_name in param.opts
        )
        text = _("{option} needs a value.") if takes_value else _("{option} takes no value.")
        return text.format(option=error.option_name)
    return str(error.format_message())


def _no_option(error: Any) -> str:
    from difflib import get_close_matches

    known = [name for param in error.ctx.command.params for name in (*param.opts, *param.secondary_opts)]
    near = get_close_matches(error.option_name, [name for name in known if name.startswith("--")], 2, 0.7)
    problem = _("there is no option {option}.").format(option=error.option_name)
    if near:
        return sentences(problem, _("Did you mean {names}?").format(names=_(" or ").join(near)))
    return problem


def name_of(param: Any) -> str:
    """Return how an option or an argument is called on the command's help page."""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or (param.name or "").upper()).strip("[]").rstrip(".…")
