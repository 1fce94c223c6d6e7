from django.urls import path

from reception import feeds, own_feed, tables
from reception.views import public

app_name = "reception"

urlpatterns = [
    path("", public.home, name="home"),
    path("<slug:county>/", public.next_day, name="county"),
    path("<slug:county>/roster/<str:year>/", public.year, name="year"),
    path("<slug:county>/days/<str:day>/", public.day, name="day"),
    path("<slug:county>/releases/", public.releases, name="releases"),
    path("<slug:county>/releases/<str:number>/", public.release, name="release"),
    path("<slug:county>/releases/<str:number>/since/<str:other>/", public.compare, name="compare"),
    path("<slug:county>/changes.atom", tables.changes_atom, name="atom"),
    path("<slug:county>/roster.csv", tables.roster_csv, name="csv"),
    path("<slug:county>/roster.ics", feeds.roster_ics, name="ics"),
    path("<slug:county>/feeds/<str:token>.ics", own_feed.own_ics, name="own_feed"),
]
