"""Many screenshots on one sheet, so that a whole site is seen at a glance."""

from pathlib import Path

from PIL import Image, ImageDraw

ACROSS, WIDE, HIGH, GAP = 7, 260, 460, 12
GROUND, WORDS = "#6b6b6b", "#ffffff"


def sheet(pictures: list[Path], target: Path) -> None:
    """Each picture scaled to one width, its top in its place, its file's name above it."""
    down = -(-len(pictures) // ACROSS)
    made = Image.new("RGB", (ACROSS * (WIDE + GAP) + GAP, down * (HIGH + 2 * GAP) + GAP), GROUND)
    drawn = ImageDraw.Draw(made)
    for at, path in enumerate(pictures):
        left, top = GAP + at % ACROSS * (WIDE + GAP), GAP + at // ACROSS * (HIGH + 2 * GAP)
        with Image.open(path) as picture:
            scaled = picture.convert("RGB").resize((WIDE, picture.height * WIDE // picture.width), Image.Resampling.LANCZOS)
        drawn.text((left, top), path.stem, fill=WORDS)
        made.paste(scaled.crop((0, 0, WIDE, min(HIGH, scaled.height))), (left, top + GAP))
    made.save(target, "JPEG", quality=70, optimize=True)
