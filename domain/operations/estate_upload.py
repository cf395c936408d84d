"""The operation that imports a file into the estate that somebody sends."""

from typing import Final

from pydantic import ConfigDict, Field

from domain.estate.errors import EstateError
from domain.operations.estate import HowToImport, imported
from domain.operations.operation import Access, Caller, Scope, command
from domain.operations.services import Services
from domain.values.fields import Name
from domain.views.estate import ESTATE_LOAD, EstateLoad


class UploadParams(HowToImport):
    """The file that is imported; in JSON its bytes are base64."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    name: Name = Field(description="What the file is called: cis.csv, or any name with .zip.")
    content: bytes = Field(repr=False, description="A file of records, or a zip archive of some.")


async def upload_file(have: Services, caller: Caller, params: UploadParams) -> EstateLoad:
    """Bring in a CSV or JSON file, or all of an archive of some, or nothing."""
    with have.estate_sources.unpacked(params.name, params.content) as folder:
        return await imported(have, caller, params, [folder])


UPLOAD: Final = command(
    *("estate.upload", Scope.ESTATE_WRITE, UploadParams, ESTATE_LOAD, upload_file, EstateError),
    access=Access.BEGIN,
)
