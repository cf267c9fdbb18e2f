"""The features of the blueprints' projects, and what becomes of a promise when one is taken out.

``features.toml`` lists the features, with the promise that has to break for each.
"""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tests.sandbox.promise_judge import judged_alone
from tests.unit.blueprints.rendered import variants
from toggle_core.builders.blueprints.builder import promises_of, render
from toggle_core.builders.protocol import Project
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.settings import GateSettings
from toggle_core.words import Outcome

FEATURES: Final = tomllib.loads(
    Path(__file__).with_name("features.toml").read_text(encoding="utf-8")
)
FORMS: Final = [(blueprint.name, interface) for blueprint, interface in variants()]


@dataclass(frozen=True)
class Feature:
    """Something a project does, and how to take it out."""

    promise: str
    file: str
    text: str
    without: str

    def taken_out(self, project: Project) -> Project:
        """Return the project without this feature."""
        text = project.files[self.file]
        assert self.text in text, f"{self.file} does not hold {self.text!r}"
        changed = text.replace(self.text, self.without)
        if self.file.endswith(".py"):
            compile(changed, self.file, "exec")
        return replace(project, files={**project.files, self.file: changed})


def features_of(name: str, *sections: str) -> dict[str, Feature]:
    """List the features of a blueprint, those of all interfaces ("common") or of one."""
    listed = {
        f"{section}: {feature}": Feature(*parts)
        for section in sections
        for feature, parts in FEATURES[name].get(section, {}).items()
    }
    assert listed
    return listed


def sections(interface: str, section: str) -> list[tuple[str, str, str]]:
    """List the blueprints that have an interface and a section of features, with both."""
    return [
        (name, interface, section)
        for name, offered in FORMS
        if offered == interface and section in FEATURES[name]
    ]


def without_each_feature(
    name: str, interface: str, section: str, sandbox: Backend, settings: GateSettings
) -> dict[str, Outcome]:
    """What becomes of the promise that stands for each feature when it is taken out."""
    values = {"interface": interface}
    project = render(name, values)
    promises = {each["id"]: each for each in promises_of(name, values)["promises"]}
    return {
        feature: judged_alone(
            sandbox, settings, part.taken_out(project), [promises[part.promise]]
        ).outcome
        for feature, part in features_of(name, section).items()
    }
