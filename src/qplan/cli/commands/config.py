"""The config file: what it says, and a setting of it changed."""

from __future__ import annotations

from typing import Annotated

from qplan.cli import settings
from qplan.cli.config_file import toml_text, write_setting
from qplan.cli.options import argument
from qplan.cli.output import emit, print_line, say
from qplan.cli.session import Context, today_or_default
from qplan.cli.settings import SETTINGS
from qplan.cli.values import parse_choice
from qplan.errors import BadInput
from qplan.i18n import _, joined

ACTIONS = ("list", "get", "set", "unset", "path")


def config(
    ctx: Context,
    action: Annotated[str, argument("What to do.", "[list|get|set|unset|path]")] = "list",
    name: Annotated[str | None, argument("ledger, actor, lang, templates or send.wecom.", "[NAME]")] = None,
    value: Annotated[str | None, argument("The new value, for set.", "[VALUE]")] = None,
) -> None:
    """Show or change the config file."""
    path = settings.config_file()
    action = parse_choice(action, "qplan config", ACTIONS)
    wanted = {"get": 1, "unset": 1, "set": 2}.get(action, 0)
    if (name is not None) + (value is not None) != wanted:
        usage = {"get": "get NAME", "unset": "unset NAME", "set": "set NAME VALUE"}.get(action, action)
        raise BadInput(_("Write it as: qplan config {usage}"), usage=usage)
    names = (*SETTINGS, *settings.names_of_sending())
    if name is not None and name not in names and action != "unset":
        raise BadInput(
            _("There is no setting “{name}”; give one of: {known}."), name=name, known=joined(names)
        )
    if not path:
        raise BadInput(_("There is no home folder (HOME) for a config file; name one with QPLAN_CONFIG."))
    known = settings.sound_config()
    if known.fault is not None and action in ("list", "get"):
        raise known.fault
    texts = settings.by_name(known)
    if action == "get" and name not in texts:
        raise BadInput(_("“{name}” is not set in {path}."), name=name, path=path)
    if action in ("set", "unset"):
        write_setting(path, str(name), value)
        say(_("Written: {path}"), ctx.obj, path=path)
        known = settings.sound_config()
        texts = settings.by_name(known)
        if known.fault is not None:
            say(str(known.fault), ctx.obj)
    if ctx.obj.format:
        from qplan.views import maintenance as views

        found = {key: settings.printable(key, text) for key, text in texts.items() if name in (None, key)}
        emit(views.settings(path, found, today_or_default(ctx.obj).isoformat()), ctx.obj)
    elif action == "path":
        print_line(path)
    elif action == "list":
        for key, text in texts.items():
            shown = text if key in settings.FLAGS else toml_text(settings.printable(key, text))
            print_line(f"{key} = {shown}")
    elif action == "get":
        print_line(settings.printable(str(name), texts[str(name)]))
