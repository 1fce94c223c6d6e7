from django.urls import path

from reception import feeds, own_feed, tables
from reception.views import answer, csp, desk, embed, pages, papers, public, site

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
    path("desk/", desk.home, name="desk"),
    path("desk/answers/<int:pk>/accept/", desk.accept, name="desk_accept"),
    path("desk/answers/<int:pk>/decline/", desk.decline, name="desk_decline"),
    path("desk/substitutions/<int:pk>/", desk.substitute, name="desk_substitute"),
    path("desk/absences/", desk.leave, name="desk_absences"),
    path("desk/absences/<int:pk>/", desk.change_leave, name="desk_absence"),
    path("desk/absences/<int:pk>/remove/", desk.remove_leave, name="desk_absence_remove"),
    path("<slug:county>/answer/<str:token>/", answer.answer, name="answer"),
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
    path("<slug:county>/roster/<str:year>/notice.pdf", papers.year, name="year_notice"),
    path("<slug:county>/roster/<str:year>/<str:month>/notice.pdf", papers.month, name="month_notice"),
    path("<slug:county>/days/<str:day>/", public.day, name="day"),
    path("<slug:county>/releases/", public.releases, name="releases"),
    path("<slug:county>/releases/<str:number>/", public.release, name="release"),
    path("<slug:county>/releases/<str:number>/notice.pdf", papers.change, name="change_notice"),
    path("<slug:county>/releases/<str:number>/since/<str:other>/", public.compare, name="compare"),
    path("<slug:county>/releases/<str:number>/notice/", public.notice, name="notice"),
    path("<slug:county>/embed/", embed.fragment, name="embed"),
    path("<slug:county>/changes.atom", tables.changes_atom, name="atom"),
    path("<slug:county>/roster.csv", tables.roster_csv, name="csv"),
    path("<slug:county>/roster.ics", feeds.roster_ics, name="ics"),
    path("<slug:county>/feeds/<str:token>.ics", own_feed.own_ics, name="own_feed"),
]
