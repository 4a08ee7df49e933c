"""Databases: templates cached by content, quick copies with their filestore.

A template is an Odoo database with a list of modules; its name holds a hash of what it was made
from, so that it is made once per Odoo version and dependency list. One with addons of ours is
installed on top of one with what they depend on. A copy takes under a second.
"""

import contextlib
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from . import addons, lock, process
from .errors import DevkitError
from .log import Log
from .steps import fingerprint
from .toolchain import Toolchain

PREFIX = "cd_tpl_"
KEPT_TEMPLATES = 8
BASE_LANGUAGE = "en_US"
SAFE_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def template(
    tools: Toolchain,
    modules: Collection[str],
    demo: bool = False,
    languages: Sequence[str] = ("vi_VN",),
    country: str = "VN",
    log: Log | None = None,
) -> str:
    """The name of a database with these modules installed; made if there is none yet.

    The company is in `country`; the main language is en_US, the others are loaded beside it; the
    login is admin/admin. Modules of ours count with their whole content, those of Odoo with their
    manifests and Odoo's version.

    :raise DevkitError: a module does not exist or does not install
    """
    log = log or Log()
    wanted = sorted(set(modules))
    made_from = (_content(tools, wanted), str(demo), ",".join(sorted(languages)), country)
    name = PREFIX + fingerprint(*made_from)
    with lock.exclusive(tools.workspace.state / "templates.lock", log, "making a template"):
        if not exists(tools, name):
            below = _template_below(tools, wanted, demo, languages, country, log)
            with log.step(f"Template database {name}") as step:
                step.begin(f"installing {', '.join(wanted)}" + (" with demo data" if demo else ""))
                with _building(tools, name) as building:
                    if below:
                        copy(tools, below, building)
                    else:
                        _init(tools, building, name, demo, country)
                    more = [f"--load-language={','.join([BASE_LANGUAGE, *languages])}"]
                    more += ["--with-demo"] if demo else []
                    install(tools, building, wanted or ["base"], f"{name}.log", *more)
                _drop_old_templates(tools, keep=name)
        _touch(tools, name)
    return name


def bundled(tools: Toolchain, source: str, log: Log | None = None) -> str:
    """The name of a database like `source` whose scripts and styles for browsers are compiled.

    Odoo does so on a first visit, and its test runner before the first test with a browser; both
    take half a minute in every copy of a database where nobody did it before.

    :param source: a template
    :raise DevkitError: Odoo failed; the message holds the end of its log
    """
    log = log or Log()
    name = PREFIX + fingerprint(source, "bundled")
    with lock.exclusive(tools.workspace.state / "templates.lock", log, "making a template"):
        if not exists(tools, name):
            with log.step(f"Template database {name}") as step:
                step.begin("compiling the scripts and styles of the pages")
                with _building(tools, name) as building:
                    copy(tools, source, building)
                    command = [tools.python, "-m", "tools.devkit.bundles", building]
                    what = f"Compiling the pages of {building}"
                    tools.run_logged(command, f"{name}.log", what, cwd=tools.workspace.source)
                _drop_old_templates(tools, keep=name)
        _touch(tools, name)
    return name


def copy(tools: Toolchain, source: str, name: str) -> None:
    """Make database `name` a copy of `source` with its filestore; an older `name` is dropped.

    :raise DevkitError: `source` does not exist
    """
    _check_name(name)
    if not exists(tools, source):
        raise DevkitError(f"There is no database {source}.")
    drop(tools, name)
    _disconnect(tools, source)
    tools.psql(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    if (filestore := _filestore(tools, source)).exists():
        # Files in a filestore never change, they only come and go, so that links are safe.
        tools.run_as(["cp", "-al", filestore, _filestore(tools, name)])
    for key in ("database.uuid", "database.secret"):
        tools.psql(
            "UPDATE ir_config_parameter SET value = gen_random_uuid()::text WHERE key = %s",
            name,
            [key],
        )


def drop(tools: Toolchain, name: str) -> None:
    """Remove a database with its filestore, whoever is connected; no error if there is none."""
    _check_name(name)
    tools.psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    if _filestore(tools, name).exists():
        tools.run_as(["rm", "-rf", _filestore(tools, name)])


def exists(tools: Toolchain, name: str) -> bool:
    """Whether a database of this name exists."""
    _check_name(name)
    return bool(tools.psql("SELECT 1 FROM pg_database WHERE datname = %s", parameters=[name]))


def install(
    tools: Toolchain, name: str, modules: Collection[str], log_name: str, *more: str
) -> None:
    """Install or (with `-u` among `more`) update modules in a database.

    :raise DevkitError: Odoo failed; the message holds the end of its log
    """
    command = [*tools.odoo_cmd, "-d", name, "--stop-after-init", "--no-http"]
    command += ["--max-cron-threads=0", *more]
    if modules:
        command += ["-i", ",".join(modules)]
    tools.run_logged(command, log_name, f"Installing {', '.join(modules)} in {name}")


def _template_below(
    tools: Toolchain,
    wanted: Sequence[str],
    demo: bool,
    languages: Sequence[str],
    country: str,
    log: Log,
) -> str | None:
    """The template with all that the addons of ours among `wanted` need; None without any."""
    own = addons.own(Path(tools.addons_path))
    if not any(name in own for name in wanted):
        return None
    needed = addons.dependencies(own, wanted)
    return template(tools, needed, demo, languages, country, log)


@contextlib.contextmanager
def _building(tools: Toolchain, name: str) -> Iterator[str]:
    """Build under another name, so that an interrupted build never looks like a template."""
    building = f"{name}_new"
    drop(tools, building)
    drop(tools, name)
    process.at_exit(lambda: _abandon(tools, building))
    yield building
    if (filestore := _filestore(tools, building)).exists():
        tools.run_as(["mv", filestore, _filestore(tools, name)])
    _disconnect(tools, building)
    tools.psql(f'ALTER DATABASE "{building}" RENAME TO "{name}"')


def _init(tools: Toolchain, building: str, name: str, demo: bool, country: str) -> None:
    """Make a database with `base` alone."""
    command = [*tools.odoo_cmd, "db", "init", building, "--language", BASE_LANGUAGE]
    command += ["--country", country, *(["--with-demo"] if demo else [])]
    tools.run_logged(command, f"{name}.log", f"Making the database {building}")


def _abandon(tools: Toolchain, building: str) -> None:
    # Tidying up at the end; the server may be gone already.
    with contextlib.suppress(Exception):
        drop(tools, building)


def _content(tools: Toolchain, modules: Sequence[str]) -> str:
    mine = Path(tools.addons_path)
    folders = [mine, tools.odoo.package / "addons", tools.odoo.path / "addons"]
    try:
        needed = addons.closure(folders, ["base", *modules])
    except ValueError as error:
        raise DevkitError(str(error)) from error
    parts = [tools.odoo.release_file.read_bytes(), ",".join(modules)]
    for name, manifest in sorted(needed.items()):
        parts += [name, manifest.read_bytes()]
        if manifest.parent.parent == mine:
            parts.append(addons.content_hash(manifest.parent))
    return fingerprint(*parts)


def _drop_old_templates(tools: Toolchain, keep: str) -> None:
    """Keep only the templates used last; they cost 50 to 200 MB each."""
    sql = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    rows = tools.psql(sql, parameters=[PREFIX])
    names = [row[0] for row in rows if row[0] != keep]
    names.sort(key=lambda name: _last_use(tools, name), reverse=True)
    for name in names[KEPT_TEMPLATES - 1 :]:
        drop(tools, name)
        _use_file(tools, name).unlink(missing_ok=True)


def _use_file(tools: Toolchain, name: str) -> Path:
    return tools.workspace.var / "run" / f"{name}.used"


def _touch(tools: Toolchain, name: str) -> None:
    _use_file(tools, name).touch()


def _last_use(tools: Toolchain, name: str) -> float:
    try:
        return _use_file(tools, name).stat().st_mtime
    except OSError:
        return 0.0


def _disconnect(tools: Toolchain, name: str) -> None:
    sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    tools.psql(sql, parameters=[name])


def _filestore(tools: Toolchain, name: str) -> Path:
    return tools.data_dir / "filestore" / name


def _check_name(name: str) -> None:
    if not SAFE_NAME.fullmatch(name):
        raise DevkitError(f"{name!r} is not a usable database name.", "Use a-z, 0-9 and _.")
