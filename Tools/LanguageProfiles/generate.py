#!/usr/bin/env python3
"""Writes what three letters in a row say about the language of a text.

    generate.py PROFILES STOPWORDS Sources/Simulation > Sources/CEmbeddedModel/embedded.languages

PROFILES is the folder of profiles of the package `langdetect` 1.0.9 (Apache-2.0: letters counted in
Wikipedia), STOPWORDS the file `stopwords-iso.json` of the package `stopwordsiso` 0.7.1 (MIT). An
encyclopaedia has hardly an “I” and no “you”, which comments are full of; the stop words have them, and
for English and French the project's own phrase book has what people say of shops and services.

Big-endian: number of languages (1 byte), each a code of two letters and its script (1 byte); number
of trigrams (4), each three scalars (2 bytes each), how many languages have it (1), and for each its
number and what the trigram says for it (1 each): 16·ln((share + FLOOR) / FLOOR), rounded.
"""
import collections
import glob
import json
import math
import re
import struct
import sys
import unicodedata

LATIN = "en fr de es it pt nl da sv no fi pl cs sk hu ro hr sl et lv lt tr id vi ca sq".split()
SCRIPTS = {0: LATIN, 1: "ru uk bg".split(), 2: "ar fa ur".split()}
# Of all trigrams of a language: rarer ones are chance, and what no language has is as rare as this.
SHARE_MIN, FLOOR = 3e-5, 2e-5
STOPWORDS_SHARE, PHRASES_SHARE = 0.3, 0.2
PHRASE_BOOKS = {"en": "English", "fr": "French"}
UNITS = 16
SPECIAL = {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
           "ı": "i"}
WORD = re.compile(r"[^\W\d_]+")


def fold(text):
    """As `TextNormalizer` does: Latin letters lose accents, all lose case."""
    folded = []
    for letter in text.lower():
        if ord(letter) < 0x370 or 0x1E00 <= ord(letter) < 0x2000:
            letter = "".join(c for c in unicodedata.normalize("NFD", letter)
                             if not unicodedata.combining(c))
        folded.append(SPECIAL.get(letter, letter))
    return "".join(folded)


def trigrams(word):
    padded = f" {word} "
    return (padded[i:i + 3] for i in range(len(padded) - 2))


def phrases(folder, language):
    """Trigrams of a phrase book, whose lines begin with what they say and have marks in brackets."""
    found = collections.Counter()
    for path in sorted(glob.glob(f"{folder}/PhraseBook+{PHRASE_BOOKS.get(language)}*.swift")):
        with open(path, encoding="utf-8") as file:
            blocks = file.read().split('"""')[1::2]
        for line in "".join(blocks).splitlines():
            text = re.sub(r"<[^>]*>|\{[^}]*\}", " ", line.strip().partition(" ")[2])
            for word in WORD.findall(fold(text)):
                found.update(trigrams(word))
    return found


def shares(profile, stopwords, phrases):
    counts = collections.Counter()
    for gram, count in profile.items():
        folded = fold(gram)
        if len(gram) == 3 == len(folded) and (folded[0] == " " or folded[1] != " "):
            counts[folded] += count
    total = sum(counts.values())
    spoken = collections.Counter()
    for entry in stopwords:
        for word in WORD.findall(fold(entry)):
            for gram in trigrams(word):
                # Short words are the common ones.
                spoken[gram] += 1 / len(word)
    weight = STOPWORDS_SHARE if spoken else 0
    found = collections.Counter({
        gram: (1 - weight) * count / total
        for gram, count in counts.items() if count / total >= SHARE_MIN
    })
    for gram, count in spoken.items():
        found[gram] += weight * count / sum(spoken.values())
    if phrases:
        for gram in found:
            found[gram] *= 1 - PHRASES_SHARE
        for gram, count in phrases.items():
            found[gram] += PHRASES_SHARE * count / sum(phrases.values())
    return found


def main(profiles, stopwords, simulation):
    with open(stopwords, encoding="utf-8") as file:
        stopwords = json.load(file)
    languages = [(code, script) for script, codes in SCRIPTS.items() for code in codes]
    table = collections.defaultdict(list)
    for number, (code, _) in enumerate(languages):
        with open(f"{profiles}/{code}", encoding="utf-8") as file:
            profile = json.load(file)["freq"]
        for gram, share in shares(
                profile, stopwords.get(code, []), phrases(simulation, code)).items():
            says = round(UNITS * math.log((share + FLOOR) / FLOOR))
            if says > 0 and all(ord(letter) < 0x10000 for letter in gram):
                table[gram].append((number, min(says, 127)))
    out = bytearray([len(languages)])
    for code, script in languages:
        out += code.encode() + bytes([script])
    out += struct.pack(">I", len(table))
    for gram in sorted(table):
        out += struct.pack(">3H", *map(ord, gram)) + bytes([len(table[gram])])
        for pair in table[gram]:
            out += bytes(pair)
    sys.stdout.buffer.write(out)
    print(f"{len(languages)} languages, {len(table)} trigrams", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
