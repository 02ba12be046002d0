"""Files that come with a form of another capability: the same checks, the same place on disk, the same way out."""

from lms.portfolio.files import Upload, content, download, examine, keep, most_megabytes
from lms.portfolio.upload_form import read

__all__ = ["Upload", "content", "download", "examine", "keep", "most_megabytes", "read"]
