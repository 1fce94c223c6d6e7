"""What a browser calls itself, in two words by which its owner knows it again. Nothing else of that long line is kept."""

# In this order: many claim to be one another, and those claim the later.
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("QQBrowser", "QQ浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("QHBrowser", "360浏览器"),
    ("UCBrowser", "UC浏览器"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("UOS", "统信UOS"),
    ("Kylin", "麒麟"),
    ("Linux", "Linux"),
)


def name(agent: str) -> str:
    """`Chrome · Windows`; empty where neither is known."""
    found = (next((name for mark, name in table if mark in agent), "") for table in (BROWSERS, SYSTEMS))
    return " · ".join(filter(None, found))
