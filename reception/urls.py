from django.urls import path

from reception import feeds, tables
from reception.views import csp, pages, public, site

app_name = "reception"

urlpatterns = [
    path("", public.home, name="home"),
    path("help/", site.help_page, name="help"),
    path("accessibility/", site.accessibility, name="accessibility"),
    path("privacy/", site.privacy, name="privacy"),
    path("styleguide/", site.styleguide, name="styleguide"),
    path("csp/report/", csp.report, name="csp"),
    path("robots.txt", site.robots, name="robots"),
    path("sitemap.xml", site.sitemaps, name="sitemaps"),
    path("sitemap-site.xml", site.sitemap_site, name="sitemap-site"),
    path("<slug:county>/", public.next_day, name="county"),
    path("<slug:county>/sitemap.xml", site.sitemap_county, name="sitemap"),
    path("<slug:county>/help/", pages.help_page, name="county-help"),
    path("<slug:county>/calendar/<str:year>/", pages.calendar, name="calendar"),
    path("<slug:county>/feeds/", pages.feeds, name="feeds"),
    path("<slug:county>/embed-help/", pages.embed_help, name="embed-help"),
    path("<slug:county>/api/", pages.api_help, name="api-help"),
    path("<slug:county>/results/", pages.results, name="results"),
    path("<slug:county>/roster/", pages.go_to_year, name="roster"),
    path("<slug:county>/roster/<str:year>/", public.year, name="year"),
    path("<slug:county>/days/<str:day>/", public.day, name="day"),
    path("<slug:county>/releases/", public.releases, name="releases"),
    path("<slug:county>/releases/<str:number>/", public.release, name="release"),
    path("<slug:county>/releases/<str:number>/since/<str:other>/", public.compare, name="compare"),
    path("<slug:county>/changes.atom", tables.changes_atom, name="atom"),
    path("<slug:county>/roster.csv", tables.roster_csv, name="csv"),
    path("<slug:county>/roster.ics", feeds.roster_ics, name="ics"),
]
