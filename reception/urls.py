from django.urls import path

from reception import feeds, own_feed, tables
from reception.views import answer, desk, embed, papers, public

app_name = "reception"

urlpatterns = [
    path("", public.home, name="home"),
    path("desk/", desk.home, name="desk"),
    path("desk/answers/<int:pk>/accept/", desk.accept, name="desk_accept"),
    path("desk/answers/<int:pk>/decline/", desk.decline, name="desk_decline"),
    path("desk/substitutions/<int:pk>/", desk.substitute, name="desk_substitute"),
    path("desk/absences/", desk.leave, name="desk_absences"),
    path("desk/absences/<int:pk>/", desk.change_leave, name="desk_absence"),
    path("desk/absences/<int:pk>/remove/", desk.remove_leave, name="desk_absence_remove"),
    path("<slug:county>/answer/<str:token>/", answer.answer, name="answer"),
    path("<slug:county>/", public.next_day, name="county"),
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
