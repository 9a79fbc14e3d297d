"""Commands that are imported when they are named: Click's LazyGroup on Typer's group.

A group's help page and the completion of its commands' names are written from its :class:`Entry`
records alone. Options that all commands share are accepted before a command's name as well as after.
"""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from copy import copy
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from qplan.cli import usage
from qplan.cli.options import READ, TAKEN_BY, metavar, shared_options
from qplan.cli.session import build
from qplan.cli.settings import is_folder, is_pattern
from qplan.errors import BadInput
from qplan.i18n import _, noted

#: What every command and group is set up with.
SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"]}
#: Stands on the command line for a value that was left out; no word of a process can hold it.
LEFT_OUT = "\0"
#: ``assign --support ""`` leaves a task without supporting departments.
MAY_BE_EMPTY = ("support",)
#: Commands that report on the configuration or correct it: they run although it is not sound.
TOLERANT = ("config", "doctor")
#: Commands that read and whose answer is about one ledger.
OF_ONE_LEDGER = ("notice",)
#: Where a group keeps the words before the command's name.
LEADING = "qplan.cli.lazy.leading"
#: Where it keeps how many of a command's words were given before its name: those after it override them.
BEFORE = "qplan.cli.lazy.before"


class Entry(NamedTuple):
    """One command of a group."""

    target: str  #: ``module:function``, or ``module:app`` for a group of its own
    panel: str  #: the panel of the help page
    kind: str  #: what it does to the ledger: READ, WRITE or OTHER of :mod:`qplan.cli.options`
    help: str  #: its line of help
    hidden: bool = False
    formats: bool = True  #: whether it takes ``--format``
    package: str = "qplan.cli.commands"  #: where its module is


class Localized:
    """Help pages in the language in use, with nothing cut; mixed into commands and groups."""

    def get_help_option(self, ctx: Any) -> Any:
        """Return ``--help`` with its description translated."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = _("Show this page and leave.")
        return option

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the usage line."""
        pieces = " ".join(self.collect_usage_pieces(ctx))  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, pieces, _("Usage: "))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page, examples first."""
        from qplan.cli import help_page

        help_page.prepare()
        command: Any = self
        plain = command.help
        command.help = help_page.with_examples(ctx.command_path, plain)
        super().format_help(ctx, formatter)  # type: ignore[misc]
        command.help = plain


class Command(Localized, TyperCommand):
    """A command whose shared options become the session that its context carries."""

    shared: tuple[str, ...] = ()
    reads = False  #: it only reads, and may read several ledgers

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the words of the command; BadInput when there are more than it takes."""
        before = ctx.meta.get(BEFORE, 0)
        parts = [with_empty_values(self.params, part) for part in (args[:before], args[before:])]
        if problem := usage.misspelt_option(
            self.params, args, getattr(ctx.find_root().command, "entries", ())
        ):
            raise BadInput(usage.located(ctx, problem))
        with usage.errors_of(ctx):
            rest = super().parse_args(ctx, [*parts[0], *parts[1]])
            for part in filter(None, parts):
                given, _words, order = self.make_parser(ctx).parse_args(part)
                if "ledger" in given:  # named after the command, they override those before it
                    ctx.params["ledger"] = given["ledger"]
                if not ctx.resilient_parsing:
                    refuse_repeated(ctx, order)
        if rest and not ctx.resilient_parsing:
            problem = _("too many words: {words}.").format(words=" ".join(rest))
            raise BadInput(usage.located(ctx, problem))
        return rest

    def invoke(self, ctx: Any) -> Any:
        """Make the session, then call the command's function; BadInput for an empty value."""
        refuse_empty_values(self.params, ctx.params)
        options = {name: ctx.params.pop(name) for name in self.shared}
        several = self._ledgers(ctx, options)
        ctx.obj = build(options, {} if ctx.obj is None else ctx.obj, tolerant=ctx.info_name in TOLERANT)
        if ctx.params.get("view") is not None:
            from qplan.cli.named_views import apply_view

            apply_view(ctx, ctx.obj.views)
        if len(several) > 1:
            from qplan.cli.several import run

            return run(ctx.obj, several, partial(self._call, ctx))
        return super().invoke(ctx)

    def _call(self, ctx: Any, session: Any) -> Any:
        ctx.obj = session
        return super().invoke(ctx)

    def _ledgers(self, ctx: Any, options: dict[str, Any]) -> Sequence[str]:
        """Return the ledgers that are named, and leave one of them in the options: most commands take only one."""
        named = options.get("ledger") or ()
        if len(named) > 1 or any(is_folder(one) or is_pattern(one) for one in named):
            from qplan.cli import several

            if self.reads:
                named = several.places(named)
            else:
                several.refuse(ctx.info_name, named)
        options["ledger"] = named[0] if named else None
        return named


class LazyGroup(Localized, TyperGroup):
    """A group whose commands are imported one by one, when they are named."""

    entries: Mapping[str, Entry] = {}
    shared: tuple[str, ...] = ()
    common: Sequence[Any] = ()  #: the shared options, made once for the group and its commands

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands, in the order of the help page."""
        return list(self.entries)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, imported if it is not listed only; None when there is none of the name."""
        if cmd_name in self.commands or cmd_name not in self.entries:
            return self.commands.get(cmd_name)
        return load(cmd_name, self.entries[cmd_name], self.common)

    def list_only(self) -> None:
        """Let the commands be what a list of them shows, so that none is imported for it."""
        for name, entry in self.entries.items():
            line = TyperCommand(name, help=_(entry.help), hidden=entry.hidden, rich_help_panel=_(entry.panel))
            self.commands[name] = line

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page; no command is imported for it."""
        self.list_only()
        super().format_help(ctx, formatter)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Return the names of commands and options that begin as typed; no command is imported for it."""
        self.list_only()
        return super().shell_complete(ctx, incomplete)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the group's own options, and keep the words for the command that is named after them."""
        words = with_empty_values(self.params, args)
        ctx.meta[LEADING] = list(words)
        with usage.errors_of(ctx):
            return super().parse_args(ctx, words)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is named and its words, with the options that were given before it.

        ``help NAME`` is ``NAME --help``. BadInput when there is no command of the name.
        """
        words = ctx.meta[LEADING]
        leading = words[: len(words) - len(args)]
        if args == ["help"]:
            typer.echo(ctx.get_help(), color=ctx.color)
            ctx.exit()
        if args[0] == "help":
            args = [*args[1:], "--help"]
        if args[0] not in self.entries:
            raise BadInput(usage.unknown_command(args[0], self.entries))
        ctx.meta[BEFORE] = len(leading)
        return args[0], self.get_command(ctx, args[0]), [*leading, *args[1:]]

    def invoke(self, ctx: Any) -> Any:
        """Call the group's function without the shared options, which its commands parse again."""
        for name in self.shared:
            ctx.params.pop(name, None)
        return super().invoke(ctx)

    def run_alone(self, ctx: Any, name: str) -> Any:
        """Run a command that was not named, with the options that were given."""
        with self.get_command(ctx, name).make_context(name, ctx.meta[LEADING], parent=ctx) as inner:
            return inner.command.invoke(inner)


def lazy_app(entries: Mapping[str, Entry], callback: Callable[..., Any], **settings: Any) -> typer.Typer:
    """Return a Typer application whose commands are imported when they are named.

    ``callback`` is called before each command, and alone where none is named.
    """
    app = typer.Typer(
        cls=type("Group", (LazyGroup,), {"entries": entries}),
        add_completion=False,
        pretty_exceptions_enable=False,
        invoke_without_command=True,
        context_settings=SETTINGS,
        **settings,
    )
    app.callback()(callback)
    return app


def sub_group(entries: Mapping[str, Entry]) -> typer.Typer:
    """Return a group for :attr:`Entry.target` of another; alone, it shows its help page."""

    def group(ctx: typer.Context) -> None:
        if ctx.invoked_subcommand is None:
            typer.echo(ctx.get_help(), color=ctx.color)

    return lazy_app(entries, group)


def load(name: str, entry: Entry, common: Sequence[Any]) -> Any:
    """Import a command or a group and return it with the shared options of its kind."""
    module, _colon, attribute = entry.target.partition(":")
    target = getattr(import_module(f"{entry.package}.{module}"), attribute)
    details = getattr(target, "help_details", "")
    help = _(entry.help) + (f"\n\n{details}" if details else "")
    if isinstance(target, typer.Typer):
        app = target
        app.info.name, app.info.help = name, help
    else:
        app = typer.Typer(add_completion=False)
        app.command(name, cls=Command, context_settings={**SETTINGS, "allow_extra_args": True}, help=help)(
            target
        )
    command = translated(get_command(app))
    for param in command.params:
        if param.name in getattr(target, "required", ()):
            param.help = noted(param.help, _("required"))
    command.hidden, command.rich_help_panel = entry.hidden, _(entry.panel)
    command.reads = entry.kind == READ and name not in OF_ONE_LEDGER
    if isinstance(command, LazyGroup):
        return with_shared(command, common)
    return with_shared(command, [param for param in common if takes(entry, param.name)])


def takes(entry: Entry, option: str) -> bool:
    """Whether a command takes a shared option."""
    return entry.kind in TAKEN_BY.get(option, (entry.kind,)) and (entry.formats or option != "format")


def with_shared(command: Any, options: Sequence[Any]) -> Any:
    """Return a command or group that takes the shared options too, but for names of its own."""
    own = {param.name for param in command.params}
    added = [param for param in options if param.name not in own]
    command.shared = tuple(param.name for param in added)
    command.params.extend(added)
    if isinstance(command, LazyGroup):
        command.common = options
        command.subcommand_metavar = _("COMMAND [ARGS]...")
    return command


def program(app: typer.Typer) -> LazyGroup:
    """Return the group of an application made by :func:`lazy_app`, with the shared options."""
    declaration = typer.Typer(add_completion=False)
    declaration.command()(shared_options)
    common = translated(get_command(declaration)).params
    group: LazyGroup = with_shared(translated(get_command(app)), common)
    group.help, group.epilog = group.help and _(group.help), group.epilog and _(group.epilog)
    return group


def translated(command: Any) -> Any:
    """Return a command with the help texts of its parameters in the language in use."""
    command.options_metavar = _("[OPTIONS]")
    for param in command.params:
        param.help = param.help and _(param.help)
        param.metavar = param.metavar and metavar(param.metavar)
        param.rich_help_panel = param.rich_help_panel and _(param.rich_help_panel)
        if param.param_type_name == "argument":
            param.type = copy(param.type)  # one object serves all parameters of its kind
            # a help page shows no type: the argument's name says what is written there
            param.type.get_metavar = lambda **_asked: ""
    return command


def with_empty_values(params: list[Any], args: list[str]) -> list[str]:
    """Return the words with an empty value after each option whose value may be and is left out.

    Such an option has a metavar in brackets.
    """
    optional = {
        name
        for param in params
        if param.param_type_name == "option" and (param.metavar or "").startswith("[")
        for name in param.opts
    }
    words: list[str] = []
    for place, word in enumerate(args):
        if word == "--":
            return [*words, *args[place:]]
        words.append(word)
        if word in optional and (place + 1 == len(args) or args[place + 1].startswith("-")):
            words.append(LEFT_OUT)
    return words


def refuse_repeated(ctx: Any, order: Sequence[Any]) -> None:
    """Raise BadInput where an option that takes one value is given more than one: which one is meant?"""
    for place, param in enumerate(order):
        valued = param.param_type_name == "option" and not (param.is_flag or param.multiple or param.count)
        if valued and param in order[:place]:
            raise BadInput(
                usage.located(ctx, _("{option} is given twice; give it once.").format(option=param.opts[0]))
            )


def refuse_empty_values(params: Sequence[Any], values: MutableMapping[str, Any]) -> None:
    """Raise BadInput naming the options and arguments whose value is empty: it would count as not given,
    or delete what is stored. A value that was left out is an empty text from here on.
    """
    empty = []
    for param in params:
        value = values.get(param.name)
        texts = value if isinstance(value, (list, tuple)) else [value]
        if param.name not in MAY_BE_EMPTY and any(
            isinstance(text, str) and not text.strip() for text in texts
        ):
            empty.append(usage.name_of(param))
        if LEFT_OUT in texts:
            values[param.name] = (
                "" if value == LEFT_OUT else ["" if text == LEFT_OUT else text for text in texts]
            )
    if empty:
        text = _("{options}: the value is empty; give one, or leave the option out.")
        if not empty[0].startswith("-"):
            text = _("{options}: the value is empty; give one.")
        raise BadInput(text, options=" ".join(empty))
