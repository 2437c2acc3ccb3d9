"""One small run of the whole pipeline, for all tests that need one."""

import pytest

from tests.stages.project import Project


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The repository after one `dvc repro`, committed; a test that changes it restores it."""
    project = Project.create(tmp_path_factory.mktemp("project"))
    project.dvc("repro")
    project.commit()
    return project
