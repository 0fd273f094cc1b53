"""One PDF of many, written as it is read: memory holds one paper, however many there are.

A segment is a run of numbered objects, no PDF by itself; binding puts a head before the segments and the table of their
objects behind. Numbers below the first segment are kept for what ties the whole together.
"""

from __future__ import annotations

import io
import shutil
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from pypdf import PageObject, PdfReader
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

_CATALOG, _PAGES, _OUTLINE, _INFO = 1, 2, 3, 4
# What a page needs to be seen: signatures, links and tags stay behind.
_KEPT = ("/Resources", "/Contents", "/Rotate", "/Group", "/CropBox", "/MediaBox")
# Of a band, in points: it is as wide as an A5 page, for which it is drawn, and grows with the page.
_BAND_WIDTH, _BAND_HEIGHT = 419.53, 19.84


def first_object(parts: int) -> int:
    """The number of the first object of the first segment: each part and the cover have two before it."""
    return _INFO + 2 * (parts + 1) + 1


def _node(position: int) -> int:
    """Under which the pages of a part hang; position 0 is the cover."""
    return _INFO + 1 + 2 * position


def _heading(position: int) -> int:
    """Under which the bookmarks of a part hang."""
    return _node(position) + 1


class Source:
    """A PDF of which pages are taken, with the numbers that its objects have been given. Raises PyPdfError."""

    def __init__(self, content: bytes) -> None:
        self.pages: Sequence[PageObject] = PdfReader(io.BytesIO(content)).pages
        self.numbers: dict[tuple[int, int], int] = {}


@dataclass
class Segment:
    """The objects of a part, numbered from `first` on, as they are written to `out`; `offsets` says where each begins."""

    out: BinaryIO
    position: int
    first: int
    offsets: list[int] = field(default_factory=list)
    kids: deque[int] = field(default_factory=deque)
    bookmarks: deque[tuple[str, int]] = field(default_factory=deque)
    _bands: list[int] = field(default_factory=list)
    _waiting: deque[tuple[int, Any, Source]] = field(default_factory=deque)
    _save: int = 0

    def bookmark(self, title: str) -> None:
        """Names the page that is added next."""
        self.bookmarks.append((title, self.first + len(self.offsets)))

    def add_pages(self, source: Source, pages: slice = slice(None), *, is_below_band: bool = False) -> None:
        """Adds pages of a PDF; each leaves place for a band where it is to be below one."""
        for page in source.pages[pages]:
            kept = DictionaryObject({NameObject("/Type"): NameObject("/Page")})
            for key in _KEPT:
                if key in page:
                    kept[NameObject(key)] = page.raw_get(key)
            self._add_page(kept, source, is_below_band=is_below_band)

    def put_in_front(self, title: str, source: Source, pages: slice) -> None:
        """Adds pages that are read first, though they are written last."""
        before = len(self.kids)
        self.bookmark(title)
        self.add_pages(source, pages)
        self.kids.rotate(len(self.kids) - before)
        self.bookmarks.rotate(1)

    def draw_bands(self, source: Source, pages: slice) -> None:
        """Writes the bands of all pages that left a place for one, in their order: each is a page of another PDF."""
        for number, shown in zip(self._bands, source.pages[pages], strict=True):
            stream = shown["/Contents"].get_object()
            assert isinstance(stream, StreamObject)
            stream.update(
                {
                    NameObject("/Type"): NameObject("/XObject"),
                    NameObject("/Subtype"): NameObject("/Form"),
                    NameObject("/BBox"): ArrayObject(map(FloatObject, (0, 0, _BAND_WIDTH, _BAND_HEIGHT))),
                    NameObject("/Resources"): shown.raw_get("/Resources"),
                }
            )
            self._write_whole(number, stream, source)
        self._bands.clear()

    def close(self) -> dict[str, Any]:
        """Writes the bookmarks. What binding needs to know of the segment, as plain data."""
        first = self.first + len(self.offsets)
        last = first + len(self.bookmarks) - 1
        for number, (title, page) in enumerate(self.bookmarks, first):
            item = _bookmark(title, page, _heading(self.position))
            if number > first:
                item[NameObject("/Prev")] = _to(number - 1)
            if number < last:
                item[NameObject("/Next")] = _to(number + 1)
            self._write(self._next(), item)
        named = [first, last, len(self.bookmarks)] if self.bookmarks else []
        return {"first": self.first, "offsets": self.offsets, "kids": list(self.kids), "bookmarks": named}

    def _add_page(self, page: DictionaryObject, source: Source, *, is_below_band: bool) -> None:
        number = self._next()
        self.kids.append(number)
        if is_below_band:
            self._leave_band(page)
        page[NameObject("/Parent")] = _Ours(_node(self.position))
        self._write_whole(number, page, source)

    def _leave_band(self, page: DictionaryObject) -> None:
        """Makes the page higher by a band that is drawn later, so that the band covers nothing of it."""
        band = self._next()
        self._bands.append(band)
        box: Any = page["/MediaBox"]
        left, bottom, right, top = (float(each) for each in box)
        scale = (right - left) / _BAND_WIDTH
        higher = ArrayObject(map(FloatObject, (left, bottom, right, top + _BAND_HEIGHT * scale)))
        page[NameObject("/MediaBox")] = higher
        page.pop("/CropBox", None)
        resources = _copy(page["/Resources"])
        drawn = _copy(resources["/XObject"]) if "/XObject" in resources else DictionaryObject()
        drawn[NameObject("/Band")] = _Ours(band)
        resources[NameObject("/XObject")] = drawn
        page[NameObject("/Resources")] = resources
        if not self._save:
            self._save = self._write_stream(b"q\n")
        restore = self._write_stream(
            f"\nQ q {scale:.5f} 0 0 {scale:.5f} {left:.3f} {top:.3f} cm /Band Do Q\n".encode()
        )
        contents = page["/Contents"].get_object()
        inner = contents if isinstance(contents, ArrayObject) else [page.raw_get("/Contents")]
        page[NameObject("/Contents")] = ArrayObject([_Ours(self._save), *inner, _Ours(restore)])

    def _write_whole(self, number: int, value: Any, source: Source) -> None:
        """Writes an object, and all that it refers to and is not written yet."""
        self._write(number, self._renumbered(value, source))
        while self._waiting:
            number, value, origin = self._waiting.popleft()
            self._write(number, self._renumbered(value, origin))

    def _renumbered(self, value: Any, source: Source) -> Any:
        """The value with our numbers in it; what it refers to is written later. A stream is read once, and changed in place."""
        if isinstance(value, _Ours):
            return _to(value.idnum)
        if isinstance(value, IndirectObject):
            return _to(self._numbered(value, source))
        if isinstance(value, DictionaryObject):
            items = {NameObject(key): self._renumbered(each, source) for key, each in value.items()}
            if not isinstance(value, StreamObject):
                return DictionaryObject(items)
            value.update(items)
        elif isinstance(value, ArrayObject):
            return ArrayObject(self._renumbered(each, source) for each in value)
        return value

    def _numbered(self, value: IndirectObject, source: Source) -> int:
        key = (value.idnum, value.generation)
        if key not in source.numbers:
            source.numbers[key] = self._next()
            self._waiting.append((source.numbers[key], value.get_object(), source))
        return source.numbers[key]

    def _next(self) -> int:
        self.offsets.append(0)
        return self.first + len(self.offsets) - 1

    def _write(self, number: int, value: Any) -> None:
        self.offsets[number - self.first] = self.out.tell()
        _write_object(self.out, number, value)

    def _write_stream(self, data: bytes) -> int:
        stream, number = DecodedStreamObject(), self._next()
        stream.set_data(data)
        self._write(number, stream)
        return number


class _Ours(IndirectObject):
    """A reference that already has our number."""

    def __init__(self, number: int) -> None:
        super().__init__(number, 0, None)


def bind(
    out: BinaryIO,
    segments: Iterable[tuple[BinaryIO, dict[str, Any], str]],
    *,
    cover: bytes,
    cover_title: str,
    title: str,
    author: str,
) -> None:
    """Writes the whole: segments one after another, each with what its `close` gave and its title, then the cover's own.

    The cover is the first page to be read, though it is the last to be written.
    """
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets: dict[int, int] = {}
    parts: list[tuple[str, dict[str, Any]]] = []
    for file, made, part_title in segments:
        begin = out.tell()
        shutil.copyfileobj(file, out, 1024 * 1024)
        offsets.update(enumerate((begin + offset for offset in made["offsets"]), made["first"]))
        parts.append((part_title, {"kids": made["kids"], "bookmarks": made["bookmarks"]}))
    front = Segment(out, 0, max(offsets, default=first_object(len(parts)) - 1) + 1)
    front.add_pages(Source(cover))
    made = front.close()
    offsets.update(enumerate(made["offsets"], made["first"]))
    parts.insert(0, (cover_title, made))
    for number, value in _frame(parts, title=title, author=author):
        offsets[number] = out.tell()
        _write_object(out, number, value)
    _write_table(out, offsets)


def _frame(
    parts: Sequence[tuple[str, dict[str, Any]]], *, title: str, author: str
) -> Iterable[tuple[int, DictionaryObject]]:
    """What ties the whole together: catalogue, tree of pages, bookmarks, title."""
    last = len(parts) - 1
    for position, (name, made) in enumerate(parts):
        yield (
            _node(position),
            _typed("/Pages", Parent=_to(_PAGES), Kids=_all(made["kids"]), Count=len(made["kids"])),
        )
        item = _bookmark(name, made["kids"][0], _OUTLINE)
        if position > 0:
            item[NameObject("/Prev")] = _to(_heading(position - 1))
        if position < last:
            item[NameObject("/Next")] = _to(_heading(position + 1))
        if made["bookmarks"]:
            first_item, last_item, count = made["bookmarks"]
            item[NameObject("/First")], item[NameObject("/Last")] = _to(first_item), _to(last_item)
            # Below 0: the reader shows them closed.
            item[NameObject("/Count")] = NumberObject(-count)
        yield _heading(position), item
    nodes = _all([_node(position) for position in range(last + 1)])
    count = sum(len(made["kids"]) for _name, made in parts)
    yield _PAGES, _typed("/Pages", Kids=nodes, Count=count)
    yield _OUTLINE, _typed("/Outlines", First=_to(_heading(0)), Last=_to(_heading(last)), Count=last + 1)
    yield (
        _INFO,
        DictionaryObject(
            {NameObject("/Title"): TextStringObject(title), NameObject("/Author"): TextStringObject(author)}
        ),
    )
    viewed = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    catalog = _typed("/Catalog", Pages=_to(_PAGES), Outlines=_to(_OUTLINE), ViewerPreferences=viewed)
    catalog[NameObject("/Lang")] = TextStringObject("vi")
    yield _CATALOG, catalog


def _write_table(out: BinaryIO, offsets: dict[int, int]) -> None:
    begin, count = out.tell(), max(offsets) + 1
    out.write(f"xref\n0 {count}\n0000000000 65535 f \n".encode())
    for number in range(1, count):
        out.write(f"{offsets[number]:010d} 00000 n \n".encode())
    trailer = DictionaryObject(
        {
            NameObject("/Size"): NumberObject(count),
            NameObject("/Root"): _to(_CATALOG),
            NameObject("/Info"): _to(_INFO),
        }
    )
    out.write(b"trailer\n")
    trailer.write_to_stream(out)
    out.write(f"\nstartxref\n{begin}\n%%EOF\n".encode())


def _write_object(out: BinaryIO, number: int, value: Any) -> None:
    out.write(f"{number} 0 obj\n".encode())
    value.write_to_stream(out)
    out.write(b"\nendobj\n")


def _copy(value: Any) -> DictionaryObject:
    """Another dictionary that refers to the same."""
    return DictionaryObject(value.items())


def _to(number: int) -> IndirectObject:
    return IndirectObject(number, 0, None)


def _all(numbers: Iterable[int]) -> ArrayObject:
    return ArrayObject(map(_to, numbers))


def _typed(name: str, **said: Any) -> DictionaryObject:
    values = {
        NameObject(f"/{key}"): NumberObject(value) if isinstance(value, int) else value
        for key, value in said.items()
    }
    return DictionaryObject({NameObject("/Type"): NameObject(name), **values})


def _bookmark(title: str, page: int, parent: int) -> DictionaryObject:
    place = ArrayObject([_to(page), NameObject("/XYZ"), NullObject(), NullObject(), NullObject()])
    return DictionaryObject(
        {
            NameObject("/Title"): TextStringObject(title),
            NameObject("/Parent"): _to(parent),
            NameObject("/Dest"): place,
        }
    )
