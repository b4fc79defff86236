"""The form without JavaScript takes sealed files only, and puts nothing on the disk (drop)."""

from __future__ import annotations

import io
from typing import IO

from flask import Request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from envelope.header import VERSION_LINE
from intake.errors import RefusedError

FIELD = "sealed"
MULTIPART_BYTES = 64 << 10  # what boundaries and part headers may add to a file


class SealedOnly(io.BytesIO):
    """A file in memory that refuses the first byte which is not that of a sealed file."""

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Add bytes; raise RefusedError as soon as the start differs from age's first line."""
        at = self.tell()
        expected = VERSION_LINE[at : at + len(data)]
        if not data.startswith(expected):
            raise RefusedError("not_sealed")
        return super().write(data)


class SealedRequest(Request):
    """A request whose files stay in memory (Werkzeug spools those above 500 kB to the disk)."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - Werkzeug's signature
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return SealedOnly()


class SealedForm(FlaskForm):  # type: ignore[misc]
    """Exactly one file. There is no session, so there is no cross-site forgery to guard."""

    class Meta:
        """Settings of WTForms."""

        csrf = False

    sealed = FileField(validators=[FileRequired()])


def sealed_file(request: Request, limit: int) -> bytes:
    """The file in a submitted form, at most `limit` bytes; raises RefusedError."""
    if request.mimetype != "multipart/form-data":
        raise RefusedError("type")
    names = [*request.form, *request.files]
    form = SealedForm()
    if names != [FIELD] or not form.validate():
        raise RefusedError("no_file")
    body: bytes = form.sealed.data.read()
    if len(body) > limit:
        raise RefusedError("too_large")
    if len(body) < len(VERSION_LINE):
        raise RefusedError("not_sealed")
    return body
