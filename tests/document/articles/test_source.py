"""Documents come from a file, a folder or a ZIP; what is out of bounds is refused with its path, line and reason."""

import os
import stat
import zipfile

import pytest

from troubleshoot.document.articles import source
from troubleshoot.document.articles.source import Refused, Source, collect


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "docs"
    (root / "b" / "includes").mkdir(parents=True)
    (root / "a.md").write_text("# 가\n", encoding="utf-8")
    (root / "b" / "c.MD").write_text("# 다\n\n[!INCLUDE [x](includes/x.md)]\n", encoding="utf-8")
    (root / "b" / "includes" / "x.md").write_text("나란히\n", encoding="utf-8")
    (root / "b" / "d.txt").write_text("no document", encoding="utf-8")
    return root


def packed(tmp_path, files, name="docs.zip"):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in files.items():
            archive.writestr(member, content)
    return path


def reasons(path):
    return [(found.path, found.line, found.reason) for found in collect([path]) if isinstance(found, Refused)]


def test_a_folder_gives_its_documents_at_any_depth_by_name(folder):
    assert list(collect([folder])) == [
        Source("a.md", "# 가\n"),
        Source("b/c.MD", "# 다\n\n[!INCLUDE [x](includes/x.md)]\n", {"includes/x.md": "나란히\n"}),
    ]


def test_a_zip_gives_the_same(folder, tmp_path):
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*") if path.is_file()}
    assert list(collect([packed(tmp_path, files)])) == list(collect([folder]))


def test_a_file_alone_shows_no_other_file(folder):
    (found,) = collect([folder / "b" / "c.MD"])
    assert (found.path, found.includes) == (f"{folder}/b/c.MD", {})


def test_several_paths_are_taken_one_after_the_other(folder):
    names = [f"{folder}/a.md", f"{folder}/a.md", f"{folder}/b/c.MD"]
    assert [found.path for found in collect([folder / "a.md", folder])] == names


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"", 1, "expected text"),
        (b"\n \n", 1, "expected text"),
        (b"# a\n\n\x00\x01", 3, "expected text in UTF-8, not a binary file"),
        ("# 가\n".encode("utf-16"), 1, "expected text in UTF-8, not in UTF-16"),
        ("# a\n\n가나".encode("cp949"), 3, "expected text in UTF-8, not in CP949 (EUC-KR)"),
        (b"# a\n\xff\xff", 2, "expected text in UTF-8"),
    ],
)
def test_what_is_no_text_in_utf_8_is_refused_wherever_it_lies(tmp_path, content, line, reason):
    path = tmp_path / "docs" / "a.md"
    path.parent.mkdir()
    path.write_bytes(content)
    assert reasons(path) == [(str(path), line, reason)]
    assert reasons(path.parent) == reasons(packed(tmp_path, {"a.md": content})) == [("a.md", line, reason)]


def test_a_byte_order_mark_does_not_count(tmp_path):
    (tmp_path / "a.md").write_bytes("\ufeff# 가\n".encode())
    assert next(collect([tmp_path])).text == "# 가\n"


@pytest.mark.parametrize("name", ["gone.md", "gone.zip", "a.docx", "gone"])
def test_what_is_not_there_or_of_another_kind_is_refused(tmp_path, name):
    assert reasons(tmp_path / name)[0][2].startswith("expected a ")


def test_a_document_that_is_too_large_is_refused_before_it_is_read(folder, tmp_path, monkeypatch):
    archive = packed(tmp_path, {"a.md": "# 가\n"})
    monkeypatch.setattr(source, "MOST_BYTES", 4)
    for path in (folder / "a.md", folder, archive):
        assert reasons(path)[0][2] == "expected at most 20 MB"


def test_a_link_is_not_followed(folder, tmp_path):
    (tmp_path / "secret.md").write_text("# 비밀\n", encoding="utf-8")
    (folder / "z.md").symlink_to(tmp_path / "secret.md")
    (folder / "y").symlink_to(tmp_path, target_is_directory=True)
    assert [found.path for found in collect([folder])] == ["a.md", "b/c.MD"]


@pytest.mark.parametrize("name", ["../a.md", "a/../../b.md", "/etc/a.md", "C:/a.md"])
def test_a_path_that_climbs_out_of_the_zip_is_refused(tmp_path, name):
    assert reasons(packed(tmp_path, {name: "# 가\n"})) == [(name, 1, "expected a path inside the ZIP file")]


def test_a_symbolic_link_in_a_zip_is_refused(tmp_path):
    member = zipfile.ZipInfo("a.md")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert reasons(packed(tmp_path, {member: "/etc/passwd"}))[0][2] == "expected a file, not a symbolic link"


def test_a_zip_bomb_is_refused_without_unpacking_it(tmp_path, monkeypatch):
    path = packed(tmp_path, {"a.md": b"a" * 2_000_000})
    assert reasons(path)[0][2] == "expected a file that is packed at most 200 times"
    many = packed(tmp_path, {f"{number}.md": os.urandom(8).hex() for number in range(4)}, "many.zip")
    monkeypatch.setattr(source, "MOST_UNPACKED", 20)
    assert reasons(many)[0][2] == "expected at most 0 MB in a ZIP file"
    monkeypatch.setattr(source, "MOST_FILES", 3)
    assert reasons(many) == [(str(many), 1, "expected at most 3 files in a ZIP file")]


def test_a_zip_that_lies_about_its_sizes_is_refused(tmp_path):
    path = packed(tmp_path, {"a.md": os.urandom(3_000).hex()})
    content = bytearray(path.read_bytes())
    content[60:90] = b"\x00" * 30
    path.write_bytes(content)
    assert reasons(path)[0][2].startswith("expected a readable file")


def test_a_zip_that_is_none_is_refused(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 no")
    assert reasons(tmp_path / "a.zip")[0][2].startswith("expected a ZIP file")


def including(*paths):
    return "".join(f"[!INCLUDE [x]({path})]\n" for path in paths)


def test_files_that_show_each_other_in_a_circle_are_refused(tmp_path):
    files = {
        "a.md": "# 가\n\n" + including("includes/b.md"),
        "includes/b.md": including("c.md"),
        "includes/c.md": including("b.md"),
    }
    circle = "includes/b.md → includes/c.md → includes/b.md"
    expected = f"expected files that do not show each other in a circle: {circle}"
    assert reasons(packed(tmp_path, files)) == [("a.md", 3, expected)]


def test_a_file_outside_is_not_shown(tmp_path):
    (tmp_path / "secret.md").write_text("비밀\n", encoding="utf-8")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# 가\n\n" + including("../secret.md", "/etc/hosts"), encoding="utf-8")
    assert [found.includes for found in collect([tmp_path / "docs"])] == [{}]


def test_what_is_shown_a_thousand_times_over_is_refused(tmp_path):
    files = {f"includes/{level}.md": including(f"{level + 1}.md", f"{level + 1}.md") for level in range(15)}
    found = reasons(packed(tmp_path, {"a.md": including("includes/0.md"), **files, "includes/15.md": "가"}))
    assert found[0][2].startswith("expected at most 500 files inside this one")


def test_a_document_comes_with_the_plan_that_stands_beside_it(tmp_path):
    (tmp_path / "guide.md").write_text("# Guide")
    (tmp_path / "other.md").write_text("# Other")
    (tmp_path / "guide.toml").write_text('[document]\nkey = "own"\npublished_at = "https://example.com/guide"\n')
    for paths in ([tmp_path], [tmp_path / "guide.md", tmp_path / "other.md"]):
        keys = [source.plan.key if source.plan else "" for source in collect(paths)]
        assert keys == ["own", ""]


def test_a_plan_that_can_not_be_read_refuses_its_document(tmp_path):
    (tmp_path / "guide.md").write_text("# Guide")
    (tmp_path / "guide.toml").write_text("[document")
    for path in (tmp_path, tmp_path / "guide.md"):
        (refused,) = collect([path])
        assert isinstance(refused, Refused)
        assert "expected TOML" in refused.reason


def test_what_documents_show_inside_themselves_counts_for_each_that_shows_it(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "MOST_UNPACKED", 1_000)
    files = {f"{number}.md": "# 가\n\n[!INCLUDE [x](includes/x.md)]" for number in range(9)}
    found = list(collect([packed(tmp_path, files | {"includes/x.md": "x" * 400})]))
    assert [type(each) for each in found] == [Source, Source, Refused]
    assert "at once" in found[-1].reason
