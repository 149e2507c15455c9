"""Golden files and the list of deviations: reading, writing, looking up."""

from __future__ import annotations

import json
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "golden"
DEVIATIONS = HERE / "deviations.toml"
KINDS = (
    "crash",  # the reference dies
    "garbage",  # the reference reads memory it should not, or its value depends on chance
    "silent-clip",  # the reference changes an argument without saying so
    "refused-gradient",  # the reference refuses a gradient that exists
    "better-error",  # same refusal, clearer words
    "beyond",  # works here, raises there
    "numeric",  # the better number here
    "platform",  # depends on the machine or the interpreter, not on us
)


def split(nodeid, file):
    """Return ``(file relative to compat_tests, case name)`` of a pytest item."""
    return Path(file).resolve().relative_to(HERE).as_posix(), nodeid.split("::", 1)[1]


class Golden:
    """A folder with one JSON file per test module, one case per line."""

    def __init__(self, folder=GOLDEN):
        self.folder = Path(folder)
        self._read = {}

    def path(self, module):
        return self.folder / (module[: -len(".py")] + ".json")

    def cases(self, module):
        """Return the cases of ``module`` by name; empty when nothing was recorded."""
        if module not in self._read:
            path = self.path(module)
            text = path.read_text("utf-8") if path.exists() else "{}"
            self._read[module] = json.loads(text)
        return self._read[module]

    def write(self, module, cases):
        """Write ``cases`` sorted by name; remove the file when there are none."""
        self._read[module] = cases
        path = self.path(module)
        if not cases:
            if path.exists():
                path.unlink()
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [
            "{}: {}".format(
                json.dumps(name), json.dumps(cases[name], separators=(",", ":"), allow_nan=False)
            )
            for name in sorted(cases)
        ]
        path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")

    def modules(self):
        """List the test modules that have a golden file."""
        found = sorted(self.folder.rglob("*.json"))
        return [path.relative_to(self.folder).with_suffix(".py").as_posix() for path in found]


class Deviations:
    """The cases that differ from MXNet on purpose, by exact name or by a pattern with * and ?.

    ``varies = true`` in an entry of kind ``garbage`` says that MXNet reads memory that holds other
    values in every run: a fresh recording is not expected to give golden again.
    """

    def __init__(self, path=DEVIATIONS):
        self.exact, self.patterns, self.used = {}, [], set()
        table = _load_toml(path) if Path(path).exists() else {}
        for name, entry in table.items():
            entry = entry[0] if isinstance(entry, list) else entry
            self._check(name, entry)
            self.exact[name] = entry
            if "*" in name or "?" in name:
                self.patterns.append((_glob(name), name, entry))

    @staticmethod
    def _check(name, entry):
        if entry.get("kind") not in KINDS:
            raise ValueError(
                "deviation {!r}: kind must be one of {}".format(name, ", ".join(KINDS))
            )
        if not entry.get("reason", "").strip():
            raise ValueError(f"deviation {name!r} has no reason")
        if entry.get("varies") and entry["kind"] != "garbage":
            raise ValueError(f"deviation {name!r}: only garbage may vary")
        unknown = set(entry) - {"kind", "reason", "expect", "varies"}
        if unknown:
            raise ValueError(f"deviation {name!r}: unknown keys {sorted(unknown)}")

    def find(self, name):
        """Return the entry for the case ``file::test[param]``, or None."""
        if name in self.exact:
            self.used.add(name)
            return self.exact[name]
        for pattern, key, entry in self.patterns:
            if pattern.match(name):
                self.used.add(key)
                return entry
        return None


def _glob(name):
    text = re.escape(name).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text + r"\Z")


def _load_toml(path):
    try:
        import tomllib
    except ImportError:  # Python 3.10; pytest brings tomli there
        import tomli as tomllib
    with open(path, "rb") as file:
        return tomllib.load(file)
