"""The WSGI application that the web server runs: the front, and Django behind it."""

import codecs
import gc
import multiprocessing
import os
import signal

# Until it has loaded, a forked process of the web server has its parent's handler, which notes for the parent what is meant for the
# process: told to end meanwhile, it would serve on, and the parent wait for it without end. So it ends at once: nothing is under way yet.
if multiprocessing.parent_process() is not None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# This loads the applications, so the front, which knows their models, can only be imported after it.
behind = get_wsgi_application()

from reception.front import Front  # noqa: E402

# The method and not the object: calling it by its class costs each page a look-up more.
application = Front(behind).__call__

# Django writes the log of each answer from 400 on by this codec, which Python loads when it is first asked for: too late in a process that
# can open no file any more.
codecs.lookup("unicode_escape")

# What is loaded by now stays for good; looking through it again and again for what is not would cost a page a tenth of a second.
gc.collect()
gc.freeze()
