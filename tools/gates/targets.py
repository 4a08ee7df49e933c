"""What a person asked to test, told from the arguments of `./run test`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from . import project

#: Folders below tests/ whose tests are pytest's, and the stage that runs them.
PYTEST_STAGES = {
    "pure": "pure",
    "devkit": "pure",
    "gates": "pure",
    "system": "system",
    "e2e": "e2e",
}


@dataclass
class Targets:
    """The parts of the project to test; none of them means everything.

    :ivar addons: names of addons whose tests run in Odoo.
    :ivar tags: Odoo's `--test-tags`, one for each addon, file, class or method.
    :ivar pytest: stage → paths (with `::` parts) for pytest.
    :ivar scopes: paths for the static gates.
    """

    addons: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    pytest: dict[str, list[str]] = field(default_factory=dict)
    scopes: list[Path] = field(default_factory=list)

    @property
    def everything(self) -> bool:
        """Whether the whole project is meant."""
        return not (self.addons or self.pytest)


def parse(names: list[str], root: Path = project.ROOT) -> Targets:
    """Return the targets named: addons, paths in addons, paths under tests/.

    A path may go on with `::Class` or `::Class::method`.

    :raise ValueError: a name means nothing that can be tested.
    """
    targets = Targets()
    for name in names:
        path_part, _, inner = name.partition("::")
        path = project.find(path_part, root)
        if path is None or path == root:
            raise ValueError(f"there is no addon or path {path_part}")
        parts = path.relative_to(root).parts
        if parts[0] == "addons" and len(parts) > 1:
            _add_addon(targets, parts, inner)
        elif parts[0] == "tests" and len(parts) > 1 and parts[1] in PYTEST_STAGES:
            suffix = f"::{inner}" if inner else ""
            stage = PYTEST_STAGES[parts[1]]
            targets.pytest.setdefault(stage, []).append("/".join(parts) + suffix)
        else:
            raise ValueError(f"{name} holds no tests that can be run on their own")
        targets.scopes.append(path)
    return targets


def _add_addon(targets: Targets, parts: tuple[str, ...], inner: str) -> None:
    addon = parts[1]
    if addon not in targets.addons:
        targets.addons.append(addon)
    in_file = parts[2:3] == ("tests",) and parts[-1].endswith(".py")
    tag = "/" + "/".join(parts[1:]) if in_file else f"/{addon}"
    if inner:
        tag += ":" + inner.replace("::", ".")
    targets.tags.append(tag)
