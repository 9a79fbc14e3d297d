"""The clock, the environment and the config file: this is the only module that reads them."""

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from qplan import i18n
from qplan.core.model import Actor
from qplan.errors import BadFile, BadInput, Problem, system_words
from qplan.i18n import _, joined


def now() -> datetime:
    """The moment, in UTC: the only clock of the program."""
    return datetime.now(UTC)


def templates_folder(config: Mapping[str, str]) -> str | None:
    """The folder of own templates: ``QPLAN_TEMPLATES``, config file; None for the bundled ones."""
    if os.environ.get("QPLAN_TEMPLATES"):
        return os.path.expanduser(os.environ["QPLAN_TEMPLATES"])
    return config_place("templates", config)


def config_place(name: str, config: Mapping[str, Any]) -> str | None:
    """The file or folder that a setting of the config file names, from where that file is; None where it names none."""
    if not isinstance(config.get(name), str) or not config[name]:
        return None
    return os.path.join(os.path.dirname(config_file()), os.path.expanduser(config[name]))


def seal_target(config: Mapping[str, Any]) -> str | tuple[str, ...] | None:
    """Where seals of weekly runs go: a folder, the words of a command, or None for nowhere."""
    given = config.get(SEAL_TO)
    return tuple(given) if isinstance(given, list) else config_place(SEAL_TO, config)


def ledger_place(given: str | None, config: Mapping[str, str]) -> str:
    """Where the ledger is: ``--ledger``, ``QPLAN_LEDGER``, config file, the user's data folder."""
    place = given or os.environ.get("QPLAN_LEDGER")
    if place:
        return normalized(place)
    place = config.get("ledger")
    if place:
        # A relative path in the config file is meant from where that file is.
        folder = os.path.dirname(config_file())
        return normalized(place) if "://" in place else os.path.join(folder, normalized(place))
    return default_place()


def normalized(place: str) -> str:
    """Return a path with its home folder, or an address as its engine reads it: no blanks around, a scheme in lower case."""
    scheme, mark, rest = place.strip().partition("://")
    return f"{scheme.lower()}{mark}{rest}" if mark else os.path.expanduser(place)


def is_folder(place: str) -> bool:
    """Whether a place is a folder, whose ledgers are meant."""
    return "://" not in place and os.path.isdir(normalized(place))


def is_pattern(place: str) -> bool:
    """Whether a place is a pattern of names (``plans/*.db``) and no file's name."""
    return (
        "://" not in place and any(sign in place for sign in "*?[") and not os.path.exists(normalized(place))
    )


def default_place() -> str:
    """Where the ledger is when nobody says where; BadInput for a user without a home folder."""
    folder = own_folder("data")
    if folder is None:
        raise BadInput(
            _("There is no home folder (HOME) to keep a ledger in; name one with --ledger or QPLAN_LEDGER.")
        )
    return os.path.join(folder, "ledger.db")


def make_own_folder(place: str) -> None:
    """Make the folder of a ledger at the default place, for its user alone; others must be there."""
    if own_folder("data") is not None and place == default_place():
        os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)


def home() -> str | None:
    """The user's home folder; None for a user without one."""
    path = os.path.expanduser("~")
    path = path if os.name == "nt" else os.environ.get("HOME", path)
    return path if os.path.isabs(path) else None


#: What is kept there: a user's ledger, what the program has seen, settings -> the variable that names the folder and
#: where it is below the home folder, on Windows and elsewhere.
_FOLDERS = {
    "data": (("LOCALAPPDATA", "AppData/Local"), ("XDG_DATA_HOME", ".local/share")),
    "state": (("LOCALAPPDATA", "AppData/Local"), ("XDG_STATE_HOME", ".local/state")),
    "config": (("APPDATA", "AppData/Roaming"), ("XDG_CONFIG_HOME", ".config")),
}


def own_folder(kind: str) -> str | None:
    """The folder of the program where the platform keeps what is of a kind; None for a user without a home folder.

    A variable names it only by an absolute path, as XDG demands.
    """
    variable, below = _FOLDERS[kind][os.name != "nt"]
    if sys.platform == "darwin":
        variable, below = "", "Library/Application Support"
    above = os.environ.get(variable, "")
    if not os.path.isabs(above):
        if (own := home()) is None:
            return None
        above = os.path.join(own, *below.split("/"))
    return os.path.join(above, "qplan")


def heads_folder() -> str | None:
    """The folder of the heads that this machine has seen (:mod:`qplan.ledger.heads`); None without a home folder."""
    folder = own_folder("state")
    return None if folder is None else os.path.join(folder, "heads")


def config_file() -> str:
    """Where the config file is looked for; ``QPLAN_CONFIG`` names another. Empty for a user without a home folder."""
    given = os.environ.get("QPLAN_CONFIG")
    if given:
        return os.path.abspath(os.path.expanduser(given))
    folder = own_folder("config")
    return "" if folder is None else os.path.join(folder, "config.toml")


#: Where seals of weekly runs go: a folder or, as a list of words, a command.
SEAL_TO = "seal_to"
#: The settings that name files or folders.
PLACES = ("templates", "evidence_store", SEAL_TO, "sign_key", "allowed_signers")
#: The settings that are true or false.
FLAGS = ("sign",)
#: The settings that commands read and change; but for flags they are texts.
SETTINGS = ("ledger", "actor", "lang", *PLACES, *FLAGS)
#: The table of named views, which people write with an editor.
VIEWS = "views"
#: The list of folders in which files of evidence may be.
FOLDERS = "evidence_folders"
#: The table of the robots that messages are sent to; its settings are those of :mod:`qplan.service.webhooks`.
SEND = "send"


class Config(dict[str, Any]):
    """The settings of a config file, and what is wrong with them.

    Commands that report on the configuration or correct it go on all the same.
    """

    fault: BadInput | None = None


def sound_config() -> Config:
    """Return the settings of the config file; none, and the fault, where it is not sound."""
    try:
        return Config(read_config())
    except BadInput as error:
        config = Config()
        config.fault = error
        return config
    except OSError as error:
        config = Config()
        config.fault = BadInput(f"{config_file()}: {system_words(error)}")
        return config


def read_config() -> dict[str, Any]:
    """The settings of the config file; none where there is no file. BadFile when it is not sound.

    All are texts but flags, lists of folders or words, ``views``, a table of tables (see
    :mod:`qplan.cli.named_views`), and ``send``, one of texts.
    """
    path = config_file()
    try:
        with open(path, "rb") as file:
            raw = file.read()
    except (FileNotFoundError, NotADirectoryError):
        if os.environ.get("QPLAN_CONFIG"):
            raise BadInput(
                _("There is no config file {path}, which QPLAN_CONFIG names."), path=path
            ) from None
        return {}
    import re
    import tomllib

    try:
        settings = tomllib.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # TOML and UTF-8 errors alike, and brackets without end
        what = _("this is not TOML")
        line, column = raw.count(b"\n") + 1, 1
        if place := re.search(r"line (\d+), column (\d+)", str(error)):
            line, column = int(place[1]), int(place[2])
        if isinstance(error, UnicodeDecodeError):
            what = _("this is not UTF-8")
            line = raw.count(b"\n", 0, error.start) + 1
        fault = Problem(path, line, column, what, _('write TOML, such as lang = "zh"'))
        raise BadFile([fault], writes=False) from None
    problems = [problem for key, value in settings.items() for problem in _problems_of(path, key, value)]
    if problems:
        raise BadFile(problems, writes=False)
    return settings


def _problems_of(path: str, key: str, value: Any) -> list[Problem]:
    """What is wrong with a setting of a config file."""
    what = hint = ""
    if key == VIEWS:
        if not isinstance(value, dict) or not all(isinstance(one, dict) for one in value.values()):
            what = _("views are tables such as [views.late]")
            hint = _('write [views.NAME], then lines such as columns = "id,title"')
    elif key == SEND:
        return _problems_of_sending(path, value)
    elif key == FOLDERS:
        if not _are_texts(value):
            what, hint = _("{key} is a list of folders"), _('write {key} = ["/srv/evidence"]')
    elif key not in SETTINGS:
        known = joined((*SETTINGS, VIEWS, SEND, FOLDERS))
        what, hint = _("unknown setting “{key}”"), _("give one of: {known}").format(known=known)
    elif key in FLAGS:
        if not isinstance(value, bool):
            what, hint = _("“{key}” is neither true nor false"), _("write {key} = true, without quotes")
    elif not isinstance(value, str) and not (key == SEAL_TO and _are_texts(value)):
        what, hint = _("“{key}” is not a text"), _("put it in quotes")
    elif value == "":
        what, hint = _("“{key}” is empty"), _("give it a value, or take the line out")
    return [Problem(path, 1, 1, what.format(key=key), hint.format(key=key))] if what else []


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)


def _problems_of_sending(path: str, value: Any) -> list[Problem]:
    """What is wrong with the table of robots; its values are not shown."""
    if not isinstance(value, dict):
        hint = _('write [send], then lines such as wecom = "https://…"')
        return [Problem(path, 1, 1, _("send is a table"), hint)]
    known = names_of_sending()
    unknown = _("give one of: {known}").format(known=joined(known))
    named = {f"{SEND}.{key}": text for key, text in value.items()}
    found = [(_("unknown setting “{key}”"), name, unknown) for name in named if name not in known]
    found += [
        (_("“{key}” is not a text"), name, _("put it in quotes"))
        for name, text in named.items()
        if not isinstance(text, str)
    ]
    return [Problem(path, 1, 1, what.format(key=name), hint) for what, name, hint in found]


def names_of_sending() -> tuple[str, ...]:
    """The names of the settings of robots, as commands take them: ``send.wecom``."""
    from qplan.service.webhooks import SETTINGS as KINDS

    return tuple(f"{SEND}.{name}" for name in KINDS)


def by_name(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings by the names that commands take, each as a text."""
    texts = {key: _text(config[key]) for key in SETTINGS if key in config}
    return texts | {f"{SEND}.{key}": text for key, text in config.get(SEND, {}).items()}


def _text(value: Any) -> str:
    """A setting as a text: true and false as TOML has them; of a command its program, for its words may hold secrets."""
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join((*value[:1], "…")) if isinstance(value, list) else str(value)


def printable(name: str, value: str) -> str:
    """Return the value of a setting as it may be printed: without passwords, and of a robot's address its host."""
    from qplan.ledger.connection import shown

    if not name.startswith(f"{SEND}."):
        return shown(value)
    from urllib.parse import urlsplit

    try:
        host = urlsplit(value).hostname
    except ValueError:
        host = None
    return f"https://{host}/***" if host else "***"


def language_of(given: str | None, config: Mapping[str, str]) -> str:
    """``--lang``, ``QPLAN_LANG``, config file, locale."""
    wanted = given or os.environ.get("QPLAN_LANG") or config.get("lang")
    if not wanted:
        return i18n.preferred(os.environ)
    short = wanted.lower().replace("_", "-").split("-")[0].split(".")[0]
    if short not in i18n.LANGUAGES:
        where = _source(given, "--lang", "QPLAN_LANG")
        raise BadInput(_("{where}: there is no language “{lang}”; give zh or en."), where=where, lang=wanted)
    return short


def language_fault() -> str:
    """What is wrong with the language that ``QPLAN_LANG`` or the config file sets; nothing is the empty text."""
    try:
        language_of(None, sound_config())
    except BadInput as error:
        return str(error)
    return ""


def _source(given: str | None, option: str, variable: str) -> str:
    """Where a value comes from: an option, a variable or the config file."""
    return option if given else variable if os.environ.get(variable) else config_file()


def actor_named(given: str | None, config: Mapping[str, str]) -> Actor:
    """``NAME[@DEPT]``: ``--actor``, ``QPLAN_ACTOR``, config file, the login name at the office."""
    text = given or os.environ.get("QPLAN_ACTOR") or config.get("actor") or login()
    name, at, dept = text.replace("＠", "@").strip().rpartition("@")
    if not at:
        name, dept = dept, ""
    name, dept = name.strip(), dept.strip()
    if not name or (at and not dept) or not f"{name}{dept}".isprintable():
        where = _source(given, "--actor", "QPLAN_ACTOR")
        raise BadInput(
            _("{where}: “{text}” names no actor; write NAME or NAME@DEPT."), where=where, text=text
        )
    return Actor(name, dept)


def actor_is_set(given: str | None, config: Mapping[str, str]) -> bool:
    """Whether an option, ``QPLAN_ACTOR`` or the config file names an actor; the login name alone names nobody."""
    return bool(given or os.environ.get("QPLAN_ACTOR") or config.get("actor"))


def login() -> str:
    """The login name, or ``unknown``."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if os.environ.get(name):
            return os.environ[name].replace("@", "_")
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return "unknown"
