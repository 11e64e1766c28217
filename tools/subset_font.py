"""Makes the font that PDFs embed, once: `python -m tools.subset_font SOURCE.ttf`.

SOURCE is NotoSansSC_400Regular.ttf of the npm package @expo-google-fonts/noto-sans-sc 0.4.3 (OFL-1.1). Every character is
kept; hinting, layout features and name variants, which PDFs do not use, are dropped. Needs fonttools.
"""

import gzip
import io
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parents[1] / "estate_app" / "kit" / "fonts" / "NotoSansSC-Regular.ttf.gz"
DROPPED = ("GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "STAT", "gasp", "VORG", "prep", "DSIG")


def make(source: Path) -> bytes:
    """Subset and compress; the same source gives the same bytes."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=[], glyph_names=False, notdef_outline=True)
    options.drop_tables += list(DROPPED)
    maker = subset.Subsetter(options)
    maker.populate(unicodes=font.getBestCmap())
    maker.subset(font)
    out = io.BytesIO()
    font.save(out)
    return gzip.compress(out.getvalue(), 9, mtime=0)


if __name__ == "__main__":
    TARGET.write_bytes(make(Path(sys.argv[1])))
    print(f"{TARGET} {TARGET.stat().st_size} bytes")
