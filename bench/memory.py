"""What a process weighs that has been asked for every page of the country: 2,850 counties × 3 years × 2 languages.

The pages are real ones of the demo county; each of the others has its own copy of the bytes. A quarter is asked for in all forms.
"""

import resource
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.table import Row

COUNTIES, DAYS, YEARS, LANGUAGES = 2850, 36, 3, 2


def rows() -> Iterator[Row]:
    import django

    django.setup()
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    from reception import editions, holding
    from reception.encodings import BROTLI, GZIP, IDENTITY
    from reception.front import Front
    from reception.models import County
    from reception.shelf import Page

    front = Front(get_wsgi_application(), watching=False)
    demo = County.objects.filter(slug="chenghe").first()
    if demo is None:
        print("NOT MEASURED: the memory needs the demo county: run the benchmark `pages` first")
        return
    front.editions.look()
    roster = editions.load(demo).roster
    assert roster
    day, year = roster.days[0].day, roster.years[0]
    paths = {"day": f"/chenghe/days/{day}/", "year": f"/chenghe/roster/{year}/", "feed": "/chenghe/roster.ics"}
    models = {}
    for name, path in paths.items():
        made = front._make(path).page
        assert made, path
        models[name] = made
    # The counties' rows and as many rosters as are held, each its own.
    counties = []
    for number in range(COUNTIES):
        county = County.objects.get(pk=demo.pk)
        county.pk, county.slug = number + 10, f"county{number}"
        counties.append(county)
        if number < holding.HELD * 2:
            front.editions._hold(editions.Dossier(county, editions.load(demo).roster))
    front.editions._take({county.pk for county in counties}, counties)

    def copy(of: Page, county: int) -> Page:
        page = Page.__new__(Page)
        for name in Page.__slots__:
            setattr(page, name, getattr(of, name))
        page.core, page.county, page.answers = bytes(bytearray(of.core)), county, [None, None, None]
        page.headers = list(of.headers)
        return page

    asked = 0
    for number, county in enumerate(counties):
        for language in range(LANGUAGES):
            for name, many in (("day", DAYS), ("year", YEARS), ("feed", 1)):
                for each in range(many):
                    page = copy(models[name], county.pk)
                    for form in (BROTLI, GZIP, IDENTITY) if number % 4 == 0 else (BROTLI,):
                        # Packing again is the same bytes; a copy is quicker and weighs the same.
                        headers, body = models[name].answer(form)
                        page.answers[form] = (list(headers), [page.core if form == BROTLI else bytes(bytearray(body[0]))])
                    front.shelf.put(f"/{language}/{county.slug}/{name}/{each}/", page)
                    asked += 1
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 2**20)
    print(
        f"{asked:,} pages asked for, {len(front.shelf):,} kept in {front.shelf.weight / 2**20:.0f} MB of {settings.PAGES_MEMORY_MB} MB; peak {peak:.0f} MB"
    )
    yield Row("resident memory of a process that was asked for every page of the country", resident, 512, "MB")
