"""Make the fonts of ``lms/fonts`` anew from Noto Sans CJK: ``python -m lms.core.font_subset FOLDER``.

FOLDER holds ``NotoSansCJK-Regular.ttc`` and ``NotoSansCJK-Bold.ttc`` (on Debian: package ``fonts-noto-cjk``, folder
``/usr/share/fonts/opentype/noto``). Bold keeps the Han characters of GB 2312 (headings); Regular, in which names of persons
and places are set, also the first level of Big5 and all characters of the radicals 女 日 火 玉, from which rare given names are
mostly made. Both keep Latin, punctuation and the signs that documents use. What is missing, ``lms.core.typesetter`` asks
the system's fonts for. It takes less than a minute.
Beside each font stands ``<name>.txt``: the characters it holds, as ranges, so that nobody has to open the font to know.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import count, groupby
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "fonts"
FACE = 2  # of the collection: Simplified Chinese
SIGNS = (
    *(range(0x20, 0x7F), range(0xA0, 0x180), range(0x2010, 0x2028), range(0x2030, 0x2060), range(0x2070, 0x20D0), range(0x2100, 0x214F)),
    *(range(0x2150, 0x2200), range(0x2200, 0x2300), range(0x2460, 0x2500), range(0x2500, 0x2600), range(0x2600, 0x2670), range(0x2700, 0x2770)),
    *(range(0x3000, 0x3040), range(0x3100, 0x3130), range(0xFF00, 0xFFEF), range(0x370, 0x400), range(0x400, 0x460)),
)
NAME_SIGNS = (
    "喆堃犇翀赟頔鋆禤骉羴鱻麤飍猋焱燚磊垚垕堉垯堺埈埕塬墉壵奡孖孭孨尕屾峣峘峂嵘嵩嵚巘帡幵廙弢弨彧彣忞恺悫惇愷懋戩戬抃拓挏揺斐斓"
    "朲杲杳柃柘栻桁桢梓棨棽椿楙楠榀榕槊槿樾橦檀欙歆殳毓氚氡汭汧沄沅沚泓泖泠泫洢洧洹洺浟浡涢涪淏淯淼渟渼湉湜湝溁溦溱溵滢滪漪漼潆潇潍潞潼澂澉澍濂濬瀍瀚瀛瀠"
    "牁牣牧犟甡甯畀畇畋畯皎皓皛皞睍睎睿瞾矞矻砉砚碔碧碶磾祁祎祺禔禛禧禹秾稷穆竑竣筠箬篯粲綦綮縯繇罡羑翃翊翎翙翚翛翥翦翮耔聿肃胤芃芈芊芑芗芮芷苒苡茀茗茜荃荇荣荥莆莛莜莞莹莳菀菁"
    "菂菉菘萁萱葳蒗蒯蒴蓁蓥蓼蔚蔺薷蘅虓蛟衎衡衾袆裒襄訚訸訾詝諟譞诃诇诒诚诤诰谔谞谡豨豳貔贇贠贶赉赓趯踽軏轫轸辀辂辕迓迤迦逄逖逯遐邈邕邗邛邰邱邳邶郄郅郇郓郗郚郢郦郧郯鄞鄢鄯鄱酆釐鉴"
    "鋐錡鎏鎛鏊鏐鐏鑨鑫钊钏钤钧钫钰铎铖铠铨铭铮铱铷锃锆锘锜锟锳锴锺镁镂镒镕镠镡镤镧闫闵闾阆阇阚陟陬隗雒雩雱霁霂霆霖靓靖靳鞅鞠鞮韡韪韫韬頊頵顒顓颀颉颋颎颐颖颙颛飏飖飗飚饧饴馨馥駪騄骅骁骊骎骐骕骞骥"
    "髙鬯鬲魁魉鲀鲲鳌鳐鸑鸣鸾鹄鹍鹏鹔鹭鹮麂麟黉黎黟黻鼐龑龚龢龤"
)
NAME_RADICALS = (range(0x5973, 0x5B50), range(0x65E5, 0x66F0), range(0x706B, 0x722A), range(0x7389, 0x74DC))
FEATURES = ("kern", "locl", "vert", "palt", "halt", "chws", "tnum", "pwid", "ccmp")


def signs() -> set[int]:
    """What is no Han character."""
    return {code for part in SIGNS for code in part}


def gb2312() -> set[int]:
    """The 6,763 Han characters of GB 2312, levels 1 and 2."""
    return _decoded("gb2312", range(0xB0, 0xF8))


def names() -> set[int]:
    """Han characters beyond GB 2312 that occur in names."""
    return _decoded("big5", range(0xA4, 0xC7)) | {code for part in NAME_RADICALS for code in part} | set(map(ord, NAME_SIGNS))


def _decoded(codec: str, heads: Iterable[int]) -> set[int]:
    pairs = (bytes((head, tail)) for head in heads for tail in range(0x40, 0xFF))
    texts = (pair.decode(codec, "ignore") for pair in pairs)
    return {ord(text) for text in texts if len(text) == 1 and text >= "\u3400"}


WEIGHTS = {"Regular": lambda: signs() | gb2312() | names(), "Bold": lambda: signs() | gb2312()}


def subset(source: Path, target: Path, wanted: Iterable[int]) -> set[int]:
    """Write the wanted characters of ``source`` to ``target``; answers the characters that it holds."""
    from fontTools import subset as fonts  # a tool for whoever rebuilds the fonts

    options = fonts.Options(
        font_number=FACE, hinting=False, desubroutinize=False, notdef_outline=True, layout_features=list(FEATURES), name_IDs=["*"], drop_tables=["DSIG"]
    )
    font = fonts.load_font(str(source), options)
    cutter = fonts.Subsetter(options)
    cutter.populate(unicodes=list(wanted))
    cutter.subset(font)
    fonts.save_font(font, str(target), options)
    return set(font.getBestCmap())


def ranges(codes: Iterable[int]) -> Iterator[str]:
    """``4e00-9fa5``, one range a line."""
    number = count()
    for _, run in groupby(sorted(codes), key=lambda code: code - next(number)):
        run = list(run)
        yield f"{run[0]:x}-{run[-1]:x}"


def main(folder: str) -> None:
    """Write both fonts and their lists."""
    for weight, wanted in WEIGHTS.items():
        target = FOLDER / f"NotoSansCJKsc-{weight}.otf"
        held = subset(Path(folder) / f"NotoSansCJK-{weight}.ttc", target, wanted())
        target.with_suffix(".txt").write_text("\n".join(ranges(held)) + "\n", encoding="ascii")
        sys.stdout.write(f"{target.name}: {len(held)} characters, {target.stat().st_size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main(sys.argv[1])
