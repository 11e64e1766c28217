"""Draws `assets/icons.svg` from the names in `components/icon.py` and a folder of lucide's SVG files (npm: lucide-static).

python -m tools.icons FOLDER
"""

import re
import sys
from pathlib import Path

from estate_app.ui.components.icon import SPRITE

TARGET = Path(__file__).resolve().parents[1] / "assets" / "icons.svg"


def sprite(folder: Path) -> str:
    """Join the drawings into one sprite, a symbol per name."""
    symbols = []
    for name in sorted(SPRITE):
        drawing = re.search(r"<svg[^>]*>(.*)</svg>", (folder / f"{name}.svg").read_text("utf-8"), re.DOTALL)
        if drawing is None:
            raise ValueError(f"{name}.svg holds no drawing")
        body = re.sub(r"\s*\n\s*", "", drawing.group(1)).replace(" />", "/>")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg"><!-- lucide, ISC licence -->\n' + "\n".join(symbols) + "\n</svg>\n"


if __name__ == "__main__":
    TARGET.write_text(sprite(Path(sys.argv[1])), "utf-8")
