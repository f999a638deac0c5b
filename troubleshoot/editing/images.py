"""Owns what is taken in as an image: judged by what it is, bounded, and encoded anew so that nothing else is in it."""

from __future__ import annotations

import hashlib
import warnings
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from PIL import Image as Pillow
from PIL import ImageOps

from troubleshoot.models import Image

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST_BYTES = 10 * 1_048_576
MOST_PIXELS = 40_000_000
# A picture of one line takes as long as its pixels, and shows nothing.
LONGEST_SIDE = 20_000
HIGHEST = 3_000
# Larger than this, it is stored as WebP, whatever it came as: each reader of the page loads it.
LARGE = 1_048_576
ENDINGS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
_TYPES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
_QUALITY = 85


class ImageError(Exception):
    """A file that is not taken; the message is the sentence to show."""


def taken_in(data: bytes, *, name: str, media_type: str, description: str, width: int) -> Image:
    """The image of a file that somebody sent, at most so wide; the one that is here where it is the same.

    Raises ImageError.
    """
    picture = _opened(data, name, media_type)
    kind = picture.format or ""
    try:
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((width, HIGHEST))
        # What would be large is not encoded twice: noise takes long.
        pixels = upright.width * upright.height
        is_large = len(data) * pixels > LARGE * picture.width * picture.height
        content, kind = _encoded(upright, "WEBP" if is_large else kind)
    except (OSError, ValueError, SyntaxError, ArithmeticError) as error:
        raise ImageError(gettext("This file is damaged: it can't be read to its end.")) from error
    key = f"{hashlib.sha256(content).hexdigest()[:24]}-{upright.width}x{upright.height}"
    described = {"description": description, "media_type": Pillow.MIME[kind], "content": content}
    image: Image = Image.objects.get_or_create(key=key, defaults=described)[0]
    return image


def too_large() -> str:
    return gettext("This file is too large. An image may have %d MB.") % (MOST_BYTES // 1_048_576)


def _opened(data: bytes, name: str, media_type: str) -> Picture:
    """What a file shows, by its own first bytes. Nothing but its head is read before its size is known."""
    if len(data) > MOST_BYTES:
        raise ImageError(too_large())
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise ImageError(gettext("SVG and HTML files can contain programs. Save the image as PNG and choose that."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)  # the bound is our own
            picture: Picture = Pillow.open(BytesIO(data), formats=tuple(_TYPES.values()))
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError) as error:
        raise ImageError(gettext("This is not an image that can be shown. Choose a PNG, JPEG or WebP file.")) from error
    claimed = {ENDINGS.get(PurePath(name).suffix.lower()), _TYPES.get(media_type, picture.format)}
    if claimed != {picture.format}:
        sentence = gettext(
            "The file is named or sent as something else than it is: %s. Save it again under its own type."
        )
        raise ImageError(sentence % picture.format)
    if picture.width * picture.height > MOST_PIXELS or max(picture.size) > LONGEST_SIDE:
        raise ImageError(gettext("The image has too many pixels. Make it smaller first."))
    return picture


def _encoded(picture: Picture, kind: str) -> tuple[bytes, str]:
    """Pixels alone: what the file said beside them, such as where a photograph was taken, is gone."""
    if kind == "JPEG" and picture.mode != "L":
        picture = picture.convert("RGB")
    elif kind != "JPEG" and picture.mode not in {"L", "RGB", "RGBA", "P", "1"}:
        picture = picture.convert("RGBA" if "A" in picture.mode else "RGB")
    picture.info = {name: said for name, said in picture.info.items() if name == "transparency"}
    content = _saved(picture, kind)
    return (_saved(picture, "WEBP"), "WEBP") if len(content) > LARGE and kind != "WEBP" else (content, kind)


def _saved(picture: Picture, kind: str) -> bytes:
    file = BytesIO()
    # The quickest method of WebP takes half the time of its usual one, and a hundredth more bytes.
    options: dict[str, dict[str, int]] = {
        "PNG": {"optimize": 1},
        "JPEG": {"quality": _QUALITY},
        "WEBP": {"quality": _QUALITY, "method": 0},
    }
    picture.save(file, kind, **options[kind])
    return file.getvalue()
