#!/usr/bin/env python3
"""Asks the reference tokenizer what becomes of each Unicode scalar, and writes it down in Swift.

    generate.py > Sources/Encoders/WordPiece/ScalarTableData.swift

Wants the package `tokenizers` at the version that Tools/setup pins. Nothing else says which
Unicode version holds: the reference mixes several, and this asks it scalar by scalar.
"""
import itertools
import sys

from tokenizers import __version__, normalizers, pre_tokenizers

SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
HANGUL = range(0xAC00, 0xD7A4)
IDEOGRAPHS = [
    range(0x4E00, 0xA000), range(0x3400, 0x4DC0), range(0x20000, 0x2A6E0),
    range(0x2A700, 0x2B740), range(0x2B740, 0x2B820), range(0x2B920, 0x2CEB0),
    range(0xF900, 0xFB00), range(0x2F800, 0x2FA20),
]
WIDTH = 90


def bert(**steps):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**off, **steps}).normalize_str


def answers(step):
    return {c: after for c in SCALARS if (after := step(chr(c))) != chr(c)}


def ranges(scalars):
    found = []
    for scalar in sorted(scalars):
        if found and found[-1][1] == scalar - 1:
            found[-1][1] = scalar
        else:
            found.append([scalar, scalar])
    return [f"{a:X}" if a == b else f"{a:X}-{b:X}" for a, b in found]


def combining_classes(decompose):
    """Scalars that move behind others, each with a number that sorts as its class does."""
    # One scalar of each class, found by letting all that move sort themselves.
    last, first = "\u0345", "\u0334"
    moving = [
        c for c in SCALARS
        if len(decompose(chr(c))) == 1
        and (c == 0x345 or decompose(last + chr(c)) == chr(c) + last
             or decompose(chr(c) + first) == first + chr(c))
    ] + [0x334]
    # Scalars of class 1 stay before and behind U+0334; they pass U+0345 as all others do.
    moving = sorted(set(moving))
    # A stable sort of all: those of one class lie together, and stay in their order.
    order = decompose("".join(map(chr, moving)))
    classes, rank = {}, 0
    for before, scalar in itertools.pairwise([None, *order]):
        # Of two neighbours that are in one class, neither passes the other.
        if before and decompose(scalar + before) == before + scalar:
            rank += 1
        classes[ord(scalar)] = rank
    assert sorted(classes) == moving
    return classes


def runs(pairs):
    """Splits pairs into arithmetic runs of three and more, and the rest."""
    rest, found, items, start = [], [], sorted(pairs.items()), 0
    while start < len(items):
        end, step = start + 1, 0
        while end < len(items):
            gap = items[end][0] - items[end - 1][0]
            if gap not in (1, 2) or (step and gap != step):
                break
            if items[end][1] - items[end - 1][1] != gap:
                break
            step, end = gap, end + 1
        if end - start >= 3:
            found.append((items[start][0], items[end - 1][0], step, items[start][1]))
            start = end
        else:
            rest.append(items[start])
            start += 1
    return found, dict(rest)


def is_plain(scalar):
    """Whether a scalar can stand in a source file: no joining, no right-to-left text."""
    import unicodedata
    text = chr(scalar)
    return unicodedata.category(text) in ("Ll", "Lo", "Lt", "Sk", "Sm", "So", "Lm") and \
        unicodedata.bidirectional(text) not in ("R", "AL") and chr(scalar) not in '"\\'


def literals(pairs):
    """Lines of consecutive scalars with what becomes of them, and what cannot be shown so."""
    rows, odd = [], {}
    for scalar, target in sorted(pairs.items()):
        if not is_plain(target):
            odd[scalar] = target
        elif rows and rows[-1][0] + len(rows[-1][1]) == scalar and len(rows[-1][1]) < 64:
            rows[-1][1].append(target)
        else:
            rows.append((scalar, [target]))
    return [f"{start:X}={''.join(map(chr, targets))}" for start, targets in rows], odd


def fill(words):
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return lines


def table():
    decompose = normalizers.NFD().normalize_str
    clean, strip = answers(bert(clean_text=True)), answers(bert(strip_accents=True))
    padded, lower = answers(bert(handle_chinese_chars=True)), answers(bert(lowercase=True))
    whole = answers(bert(clean_text=True, handle_chinese_chars=True, strip_accents=True,
                         lowercase=True))
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    pieces = {c: len(split("a" + chr(c) + "a")) for c in SCALARS}

    assert set(clean.values()) == {"", " "}
    removed = {c for c, after in clean.items() if after == ""}
    spaces = {c for c, after in clean.items() if after == " "} | {0x20}
    assert all(pieces[c] == 2 for c in spaces)
    # What splits words and is no space by now was removed before.
    assert {c for c in SCALARS if pieces[c] == 2} - spaces <= removed
    assert set(padded) == set(itertools.chain(*IDEOGRAPHS))
    punctuation = {c for c in SCALARS if pieces[c] == 3} - removed
    isolated = punctuation | set(padded)
    classes = combining_classes(decompose)
    marks = {c for c in SCALARS if strip.get(c) == ""} - removed
    single, several = {}, {}
    for scalar, after in whole.items():
        if scalar in removed or scalar in spaces or scalar in HANGUL or scalar in marks:
            continue
        after = after.strip(" ")
        assert after and " " not in after and not set(map(ord, after)) & (removed | spaces)
        assert all(ord(a) in padded or ord(a) not in padded for a in after)
        # Ideographs are set apart by what they were, all else by what became of it.
        assert (scalar in padded) == all(ord(a) in padded for a in after)
        if len(after) > 1:
            assert not set(map(ord, after)) & isolated
            several[scalar] = [ord(a) for a in after]
        elif after != chr(scalar):
            single[scalar] = ord(after)
    for scalar in HANGUL:
        index = scalar - 0xAC00
        jamo = chr(0x1100 + index // 588) + chr(0x1161 + index % 588 // 28)
        jamo += chr(0x11A7 + index % 28) if index % 28 else ""
        assert whole[scalar] == jamo
    # A mark that is made of several ends a run where any of them does not move.
    moving_marks = {c for c in marks if all(ord(d) in classes for d in decompose(chr(c)))}
    kept = {c: rank for c, rank in classes.items() if c not in marks and c not in removed}
    assert not set(kept) & (set(single) | set(several) | isolated)
    # Only whole words of ours are lowercased, so case may not depend on what stands around.
    assert all(len(after) == 1 for c, after in lower.items() if c != 0x130)
    arithmetic, rest = runs(single)
    shown, odd = literals(rest)
    return {
        "removed": ranges(removed),
        "spaces": ranges(spaces),
        "isolated": ranges(isolated),
        "startingMarks": ranges(marks - moving_marks),
        "movingMarks": ranges(moving_marks),
        "keptMarks": [
            f"{text}@{rank}" for rank in sorted(set(kept.values()))
            for text in ranges(c for c, r in kept.items() if r == rank)
        ],
        "runs": [f"{a:X}-{b:X}/{step}>{target:X}" for a, b, step, target in arithmetic],
        "singles": [f"{c:X}>{target:X}" for c, target in sorted(odd.items())],
        "letters": shown,
        "sequences": [
            f"{c:X}>" + "+".join(f"{t:X}" for t in targets)
            for c, targets in sorted(several.items())
        ],
    }


NOTES = {
    "removed": "Taken out before anything else: controls, formats, private use.",
    "spaces": "What ends a word.",
    "isolated": "Punctuation and ideographs: each is a word of its own.",
    "startingMarks": "Taken out after decomposition; marks do not move past them.",
    "movingMarks": "Taken out after decomposition; marks move past them.",
    "keptMarks": "Marks that stay: within a run they are sorted by the number after the sign.",
    "runs": "First, last and step of what is mapped at one distance, and what the first becomes.",
    "singles": "Scalar and what becomes of it, where that reads badly in a source file.",
    "letters": "A scalar, and what becomes of it and of those that follow it.",
    "sequences": "Scalar and the several that it becomes.",
}


def main():
    print("// Written by Tools/NormalizationTable/generate.py; what is changed here is lost.\n")
    print(f"/// What `tokenizers` {__version__} makes of each scalar; numbers are hexadecimal.")
    print("enum ScalarTableData {")
    for name, words in table().items():
        print(f"    /// {NOTES[name]}")
        print(f'    static let {name}: StaticString = """')
        for line in fill(words):
            print(f"        {line}")
        print('        """')
    print("}")


if __name__ == "__main__":
    sys.exit(main())
