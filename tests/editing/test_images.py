"""Tests of what is taken in as an image: by what it is, bounded, and nothing but its pixels."""

from io import BytesIO
from random import randbytes

import pytest
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from troubleshoot.editing import images
from troubleshoot.editing.images import ImageError, taken_in
from troubleshoot.models import Image

pytestmark = pytest.mark.django_db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options) -> bytes:
    file = BytesIO()
    Pillow.new(mode, size).save(file, kind, **options)
    return file.getvalue()


def taken(data: bytes, name: str = "screen.png", media_type: str = "", width: int = 800) -> Image:
    return taken_in(data, name=name, media_type=media_type, description="설정 화면", width=width)


@pytest.mark.parametrize(
    ("kind", "name", "media_type"),
    [("PNG", "a.png", "image/png"), ("JPEG", "a.JPG", "image/jpeg"), ("WEBP", "a.webp", "image/webp")],
)
def test_an_image_keeps_its_type_and_says_its_size_in_its_key(kind: str, name: str, media_type: str) -> None:
    image = taken(picture(kind), name, media_type)
    assert image.media_type == media_type
    assert image.key.endswith("-40x20")
    assert Pillow.open(BytesIO(image.content)).format == kind


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "F"][:7])
def test_every_kind_of_pixel_is_taken(mode: str) -> None:
    assert taken(picture(mode=mode)).pk


def test_a_wide_image_is_made_as_wide_as_was_asked() -> None:
    assert taken(picture(size=(2000, 1000)), width=400).key.endswith("-400x200")


def test_an_image_that_is_here_already_is_not_stored_twice() -> None:
    assert taken(picture()) == taken(picture())
    assert Image.objects.count() == 1


def test_what_a_file_says_beside_its_pixels_is_gone() -> None:
    said = PngInfo()
    said.add_text("Author", "HONG-PC")
    assert b"HONG-PC" not in taken(picture(pnginfo=said)).content
    exif = Pillow.Exif()
    exif[0x010F] = "HONG-PHONE"
    assert b"HONG-PHONE" not in taken(picture("JPEG", exif=exif), "a.jpg").content


def test_a_photograph_is_turned_as_its_camera_was_held() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    assert taken(picture("JPEG", exif=exif), "a.jpg").key.endswith("-20x40")


def test_what_would_be_large_is_stored_as_webp(monkeypatch) -> None:
    monkeypatch.setattr(images, "LARGE", 10)
    assert taken(picture()).media_type == "image/webp"


def test_what_will_be_large_is_encoded_once(monkeypatch) -> None:
    kinds: list[str] = []
    saved = images._saved
    monkeypatch.setattr(images, "_saved", lambda picture, kind: [kinds.append(kind), saved(picture, kind)][1])
    noise = Pillow.frombytes("RGB", (700, 700), randbytes(3 * 700 * 700))
    file = BytesIO()
    noise.save(file, "PNG")
    assert taken(file.getvalue()).media_type == "image/webp"
    assert kinds == ["WEBP"]


@pytest.mark.parametrize(
    ("data", "name", "media_type", "sentence"),
    [
        (SVG, "a.svg", "image/svg+xml", "SVG"),
        (b"\xef\xbb\xbf\n" + SVG, "a.png", "image/png", "SVG"),
        (b"<!doctype html><script>", "a.png", "image/png", "SVG"),
        (b"", "a.png", "image/png", "표시할 수 있는 이미지"),
        (b"MZ\x90\x00" * 100, "a.png", "image/png", "표시할 수 있는 이미지"),
        (picture("GIF"), "a.gif", "image/gif", "표시할 수 있는 이미지"),
        (picture("BMP"), "a.png", "image/png", "표시할 수 있는 이미지"),
        (picture("JPEG"), "a.png", "image/png", "실제 형식"),
        (picture("PNG"), "a.png", "image/jpeg", "실제 형식"),
        (picture("PNG"), "a", "image/png", "실제 형식"),
        (picture(size=(400, 400), mode="L")[:60], "a.png", "image/png", "손상"),
        (picture("JPEG", (300, 300))[:-200], "a.jpg", "image/jpeg", "손상"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (images.MOST_BYTES), "a.png", "image/png", "너무 큽니다"),
        (picture(size=(10_000, 5_000), mode="1"), "a.png", "image/png", "픽셀 수"),
    ],
)
def test_what_is_no_image_or_lies_is_refused_with_a_sentence(
    data: bytes, name: str, media_type: str, sentence: str
) -> None:
    with pytest.raises(ImageError, match=sentence):
        taken(data, name, media_type)
    assert not Image.objects.exists()


def test_a_line_of_pixels_is_refused() -> None:
    with pytest.raises(ImageError):
        taken(picture(size=(1, images.LONGEST_SIDE + 1)))
