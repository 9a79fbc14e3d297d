"""The Typer side: build the one command that is named, run it, and tell its usage errors our way.

It comes in where the words are not plain (:mod:`qplan.cli.direct`): for mistakes, help, completion.
"""

import inspect
import os
import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Any, NamedTuple

import typer
from typer import Abort, BadParameter, Exit
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command_from_info, get_install_completion_arguments
from typer.models import CommandInfo

from qplan.cli import settings
from qplan.cli.direct import WORDS
from qplan.cli.options import REQUIRED, Argument, Option, Parameter, parameters, shared_with
from qplan.cli.route import COMPLETION
from qplan.cli.table import COMMANDS, SHARED, Entry, Shared
from qplan.errors import BadInput, QplanError
from qplan.i18n import _, joined

#: Typer 0.26 and later carry their own Click: its base error is found, never imported.
ClickException: type[Exception] = BadParameter.__mro__[2]
#: The shells that Typer has completion for.
SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")
#: The parameter under which the context travels through Typer.
CONTEXT = "_context"
NAMES = {"help_option_names": ["-h", "--help"]}


class Session(NamedTuple):
    """What a command line brings along besides its words."""

    config: Mapping[str, str]


class Command(TyperCommand):
    """A command that takes its shared options as one :class:`qplan.cli.settings.Context`."""

    shared: tuple[str, ...] = ()
    function: Callable[..., int | None]

    def invoke(self, ctx: Any) -> Any:
        """Resolve the shared options, then call the command's function."""
        _refuse_blank(self.params, ctx.params)
        given = {key: ctx.params.pop(key, None) for key in self.shared}
        config = ctx.obj.config if isinstance(ctx.obj, Session) else {}
        ctx.params[CONTEXT] = settings.build(self.name or "", given, config)
        return super().invoke(ctx)

    def get_help_option(self, ctx: Any) -> Any:
        """``--help``, in the language in use."""
        return _helped(super().get_help_option(ctx))

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The usage line, in the language in use."""
        _usage(self, ctx, formatter)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help page with nothing cut."""
        _prepare_help()
        super().format_help(ctx, formatter)


class Program(TyperGroup):
    """``qplan`` itself: its help page and completion. Commands come from the table, one by one."""

    entries: Mapping[str, Entry] = COMMANDS
    listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        """All commands, in the order of the table."""
        return list(self.entries)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command; only its line of help while the help page is written."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        return _listed(cmd_name, entry) if self.listing else command(cmd_name, entry)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Names of commands, then options."""
        self.listing = True
        return super().shell_complete(ctx, incomplete)

    def get_help_option(self, ctx: Any) -> Any:
        """``--help``, in the language in use."""
        return _helped(super().get_help_option(ctx))

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The usage line, in the language in use."""
        _usage(self, ctx, formatter)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help page; no command is imported for it."""
        self.listing = True
        _prepare_help()
        super().format_help(ctx, formatter)


def command(name: str, entry: Entry) -> Command:
    """Import and build one command."""
    function = getattr(__import__(entry.module, fromlist=[entry.function]), entry.function)
    info = CommandInfo(
        name=name,
        cls=Command,
        callback=_without_context(function),
        help=_help_of(entry, function),
        context_settings=NAMES,
        options_metavar=_("[OPTIONS]"),
        hidden=entry.hidden,
        rich_help_panel=_(entry.panel),
    )
    built = get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode="rich")
    assert isinstance(built, Command)
    own = {option for param in built.params for option in param.opts}
    shared = shared_with(entry, own, {param.name or "" for param in built.params})
    built.params.extend(_option(known, own) for known in shared)
    built.shared = tuple(known.key for known in shared)
    return built


def _help_of(entry: Entry, function: Callable[..., Any]) -> str:
    details = getattr(function, "details", "")
    return _(entry.help) + (f"\n\n{details}" if details else "")


def _without_context(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as Typer sees it: its first parameter is ours."""

    def call(**values: Any) -> Any:
        return function(values.pop(CONTEXT), **values)

    call.__name__ = function.__name__
    call.__doc__ = function.__doc__
    call.__signature__ = inspect.Signature(list(map(_parameter, parameters(function))))  # type: ignore[attr-defined]
    call.__annotations__ = {}
    return call


def _parameter(one: Parameter) -> inspect.Parameter:
    """A parameter as Typer declares it."""
    annotation: Any = one.annotation
    if isinstance(one.declared, Option):
        annotation = Annotated[
            one.type, typer.Option(*one.names, metavar=one.declared.metavar, help=one.declared.help)
        ]
    elif isinstance(one.declared, Argument):
        annotation = Annotated[one.type, typer.Argument(metavar=one.declared.metavar, help=one.declared.help)]
    default = inspect.Parameter.empty if one.default is REQUIRED else one.default
    return inspect.Parameter(
        one.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=annotation
    )


def _option(shared: Shared, taken: set[str] = frozenset()) -> TyperOption:  # type: ignore[assignment]
    return TyperOption(
        param_decls=[name for name in shared.names if name not in taken],
        metavar=shared.metavar or None,
        is_flag=not shared.metavar or None,
        help=_(shared.help),
        rich_help_panel=_("Shared options"),
    )


def _listed(name: str, entry: Entry) -> Command:
    return Command(name, help=_(entry.help), hidden=entry.hidden, rich_help_panel=_(entry.panel))


def program(entries: Mapping[str, Entry]) -> Program:
    """The program as a group: for its help page, its own options and completion."""
    installs, shows = (param.callback for param in get_install_completion_arguments())
    install = _completing(COMPLETION[0], installs, _("Install completion for this shell, or the one named."))
    show = _completing(COMPLETION[1], shows, _("Show the completion script of this shell, or the one named."))
    version = TyperOption(
        param_decls=["--version", "-V"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_show_version,
        help=_("Show the version."),
    )
    group = Program(
        name="qplan",
        help=_("Keep a plan's tasks, deadlines and indicators in a ledger, and see what is late."),
        epilog=_("Every command explains itself: qplan COMMAND --help"),
        params=[version, *(_option(shared) for shared in SHARED), install, show],
        context_settings=NAMES,
        options_metavar=_("[OPTIONS]"),
        subcommand_metavar=_("COMMAND [ARGS]..."),
        invoke_without_command=True,
    )
    group.entries = entries
    return group


def _completing(name: str, callback: Any, help: str) -> TyperOption:
    """An option for completion that takes a shell, where Typer takes one only if it cannot find it out."""

    def chosen(ctx: Any, param: Any, value: str | None) -> Any:
        shell = (value or "").strip().lower()
        if shell and shell not in SHELLS:
            raise BadInput(
                _("{option}: there is no completion for “{shell}”; give one of: {known}.").format(
                    option=name, shell=value, known=joined(SHELLS)
                )
            )
        return callback(ctx, param, shell or value is not None)

    return TyperOption(param_decls=[name], metavar="[SHELL]", expose_value=False, callback=chosen, help=help)


def execute(
    name: str | None, args: list[str], entries: Mapping[str, Entry], config: Mapping[str, str]
) -> int:
    """Run a command, or the program itself; the exit number."""
    target: Any = program(entries) if name is None else command(name, entries[name])
    path = "qplan" if name is None else f"qplan {name}"
    try:
        with target.make_context(path, args, obj=Session(config)) as ctx:
            result = target.invoke(ctx)
        return result if isinstance(result, int) else 0
    except Exit as stop:
        return stop.exit_code
    except (Abort, EOFError):
        raise QplanError(_("Nothing was changed.")) from None
    except ClickException as error:
        from qplan.cli.usage import sentence

        raise BadInput(sentence(error, path)) from error


def complete(entries: Mapping[str, Entry]) -> int:
    """Completion for everything that the fast path does not know: options and their choices."""
    group = program(entries)
    try:
        from typer import _completion_classes

        # Our help is plain text; Typer would import Rich to take markup out of it.
        shells: Any = _completion_classes
        shells._sanitize_help_text = str
    except (ImportError, AttributeError):
        pass
    try:
        group._main_shell_completion({}, "qplan", "_QPLAN_COMPLETE")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except Exception:  # a failure while somebody types must not fill the screen
        if os.environ.get("QPLAN_DEBUG"):
            raise
    return 0


def _show_version(ctx: Any, param: Any, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from qplan import __version__

        sys.stdout.write(f"qplan {__version__}\n")
        raise Exit


def _refuse_blank(params: list[Any], values: Mapping[str, Any]) -> None:
    """An empty text would wipe what is kept, or say nothing: BadInput names its options."""
    empty = [
        param.opts[0]
        for param in params
        if param.metavar in WORDS and isinstance(text := values.get(param.name), str) and not text.strip()
    ]
    if empty:
        raise BadInput(
            _("{options}: the text is empty; write one, or leave it out.").format(options=" ".join(empty))
        )


def _usage(target: Any, ctx: Any, formatter: Any) -> None:
    formatter.write_usage(ctx.command_path, " ".join(target.collect_usage_pieces(ctx)), _("Usage: "))


def _helped(option: Any) -> Any:
    if option is not None:
        option.help = _("Show this page and leave.")
    return option


def _prepare_help() -> None:
    """Let Typer's help tables fold text, where they cut Chinese with an ellipsis, and speak Chinese."""
    try:
        from rich import table as tables
        from rich.console import Console
        from rich.text import Text
        from typer import rich_utils as typer_help
    except ImportError:
        return  # Typer then writes plain help

    rich_utils: Any = typer_help

    class Folding(tables.Table):
        """A table whose columns fold."""

        def add_row(self, *cells: Any, **options: Any) -> None:
            super().add_row(*cells, **options)
            for column in self.columns:
                column.overflow = "fold"

    def together(parts: list[Any]) -> Any:
        # rich.columns.Columns has a table of its own inside, which cuts.
        return Text(" ").join(parts) if all(isinstance(part, Text) for part in parts) else original(parts)

    def left(console: Any) -> None:
        # Rich would end the process with 1; a reader who has had enough is no error.
        raise BrokenPipeError

    Console.on_broken_pipe = left  # type: ignore[method-assign,assignment]
    original = rich_utils.Columns
    rich_utils.Table = Folding
    rich_utils.Columns = together
    rich_utils.ARGUMENTS_PANEL_TITLE = _("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = _("Options")
    rich_utils.COMMANDS_PANEL_TITLE = _("Commands")
    rich_utils.DEFAULT_STRING = _("[default: {}]")
    rich_utils.REQUIRED_LONG_STRING = _("[required]")
    if os.environ.get("NO_COLOR") or "--no-color" in sys.argv:
        rich_utils.COLOR_SYSTEM = None
