"""What a browser calls itself, in two words."""

import pytest

from reception import devices

LIKE = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) {}"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (LIKE.format("Windows NT 10.0; Win64; x64", "Chrome/140.0.0.0 Safari/537.36"), "Chrome · Windows"),
        (LIKE.format("Windows NT 10.0; Win64; x64", "Chrome/140.0.0.0 Safari/537.36 Edg/140.0"), "Edge · Windows"),
        (LIKE.format("Macintosh; Intel Mac OS X 10_15_7", "Version/18.0 Safari/605.1.15"), "Safari · Mac"),
        (LIKE.format("iPhone; CPU iPhone OS 18_0 like Mac OS X", "Mobile/15E148 MicroMessenger/8.0"), "微信 · iPhone"),
        (LIKE.format("Linux; Android 14", "Chrome/130.0 HuaweiBrowser/15.0 Mobile Safari/537.36"), "华为浏览器 · Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_its_owner_knows_it_again(agent, name):
    assert devices.name(agent) == name
