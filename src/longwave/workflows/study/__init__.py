"""A study of one or more economies: collect -> analyse -> forecast -> report."""

from longwave.workflows.study.conduct import Study, study
from longwave.workflows.study.folder import StudyFiles

__all__ = ["Study", "StudyFiles", "study"]
