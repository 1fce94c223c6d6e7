"""How pages are looked at: of language, width and colours, each two come together somewhere."""

PHONE, DESKTOP = 320, 1280
LOOKS = {"": ((PHONE, "light"), (DESKTOP, "dark")), "/en": ((PHONE, "dark"), (DESKTOP, "light"))}
