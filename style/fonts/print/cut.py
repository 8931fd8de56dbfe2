"""Cuts the print faces from their published originals, so anyone can make them again.

    pip install fonttools brotli
    python cut.py ORIGINALS

ORIGINALS holds SourceSerif4[opsz,wght].ttf, SourceSerif4-Italic[opsz,wght].ttf, the Noto*-Regular.ttf
named below, NanumMyeongjo.ttf, noto-emoji-400.woff2 and DroidSansFallbackFull.ttf. README.md says where each comes from.
Hinting goes (a printer needs none) and so do features the certificate never asks for. The Source Serif and
Nanum cuts are renamed, because their licences reserve those names for unmodified fonts.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

PLAIN = ["kern", "liga", "ccmp", "locl", "mark", "mkmk"]
SERIF = "SourceSerif4[opsz,wght].ttf"
ITALIC = "SourceSerif4-Italic[opsz,wght].ttf"
CUTS = [
    ("PlenarySerif-Regular", SERIF, {"opsz": 11, "wght": 400}),
    ("PlenarySerif-Semibold", SERIF, {"opsz": 11, "wght": 600}),
    ("PlenarySerif-Italic", ITALIC, {"opsz": 11, "wght": 400}),
    ("PlenarySerif-Display", SERIF, {"opsz": 40, "wght": 400}),
]
NOTO = [
    "NotoSerifHebrew", "NotoNaskhArabic", "NotoSerifArmenian", "NotoSerifGeorgian", "NotoSerifDevanagari",
    "NotoSerifBengali", "NotoSerifGurmukhi", "NotoSerifGujarati", "NotoSerifTamil", "NotoSerifTelugu",
    "NotoSerifKannada", "NotoSerifMalayalam", "NotoSerifSinhala", "NotoSerifThai", "NotoSerifEthiopic", "NotoSerif",
]
HANGUL = [*range(0x1100, 0x1200), *range(0x3130, 0x3190), *range(0xAC00, 0xD7A4)]


def trim(font, features, letters=None):
    options = subset.Options(hinting=False, notdef_outline=True, glyph_names=False, name_IDs=[0, 1, 2, 4, 6, 13, 14],
                             layout_features=features, legacy_kern=False, recommended_glyphs=True)
    options.drop_tables += ["DSIG", "vhea", "vmtx", "STAT", "MATH", "gasp", "meta", "BASE"]
    cut = subset.Subsetter(options)
    cut.populate(unicodes=letters or font.getBestCmap().keys())
    cut.subset(font)


def rename(font, name):
    shown = name.replace("Plenary", "Plenary ").replace("-", " ")
    for record in font["name"].names:
        record.string = {1: shown, 2: "Regular", 4: shown, 6: name}.get(record.nameID, record.toUnicode())


def main(originals):
    for name, source, place in CUTS:
        font = instancer.instantiateVariableFont(TTFont(originals / source), place)
        trim(font, PLAIN)
        rename(font, name)
        font.save(name + ".ttf")
    for name in NOTO:
        font = TTFont(originals / (name + "-Regular.ttf"))
        trim(font, PLAIN if name == "NotoSerif" else ["*"])
        font.save(name + ".ttf")
    font = TTFont(originals / "NanumMyeongjo.ttf")
    trim(font, [], HANGUL)
    rename(font, "PlenaryHangul")
    font.save("PlenaryHangul.ttf")
    for name, source in [("NotoEmoji", "noto-emoji-400.woff2"), ("DroidSansFallback", "DroidSansFallbackFull.ttf")]:
        font = TTFont(originals / source)
        font.flavor = None
        trim(font, ["ccmp", "liga", "mark", "mkmk"])
        font.save(name + ".ttf")


main(Path(sys.argv[1]))
