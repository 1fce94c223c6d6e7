"""Names of counties that do not exist: every two of these characters, in an order of their own."""

FIRST = "澄临安清永新东西南北平长"
SECOND = "河川山泉溪湖原陵浦阳宁岗"
IN_ENGLISH = dict(
    zip(
        FIRST + SECOND,
        [
            "Cheng",
            "Lin",
            "An",
            "Qing",
            "Yong",
            "Xin",
            "Dong",
            "Xi",
            "Nan",
            "Bei",
            "Ping",
            "Chang",
            "He",
            "Chuan",
            "Shan",
            "Quan",
            "Xi",
            "Hu",
            "Yuan",
            "Ling",
            "Pu",
            "Yang",
            "Ning",
            "Gang",
        ],
        strict=True,
    )
)


def name_of(number: int) -> tuple[str, str]:
    """The Chinese and the English name of the county of a number, which counts from 1; after 144 they have numbers of their own."""
    at, again = (number - 1) % (len(FIRST) * len(SECOND)), (number - 1) // (len(FIRST) * len(SECOND))
    one, other = FIRST[at % len(FIRST)], SECOND[at // len(FIRST)]
    more = str(again + 1) if again else ""
    return f"虚拟{one}{other}{more}县", f"Fictitious {IN_ENGLISH[one]}{IN_ENGLISH[other].lower()}{more} County"
