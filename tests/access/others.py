"""The table of access: everything but the staff's site. What is public is everyone's; what is somebody's has one key, and it is said which."""

from tests.access.table import Gate, Page

YEAR, DAY = "2026", "2026-02-24"


def everyone(*names, args=("slug",), space="reception", **more):
    return [Page(f"{space}:{name}" if space else name, Gate.OPEN, args, **more) for name in names]


def browser(gate, space, *names, args=(), **more):
    return [Page(f"{space}:{name}", gate, args, **more) for name in names]


SITE = [
    *everyone("live", "ready", "metrics", args=(), space="", only="GET"),
    *everyone("messages_health", args=(), space="", only="GET", get="503"),
    *everyone("receipts", args=(), space="", only="POST"),
    *everyone("openapi-json", "counties", args=(), space="api", only="GET"),
    *everyone("api-root", args=(), space="api", only="GET", get="404"),
    *everyone("roster", "releases", space="api", only="GET"),
    *everyone("release", args=("slug", 1), space="api", only="GET"),
    *everyone("journal_head", space="api", only="GET"),
    *everyone("home", "help", "accessibility", "privacy", "robots", "sitemaps", "sitemap-site", args=()),
    # No contact is named in the tests.
    *everyone("security", args=(), get="404"),
    *everyone("csp", args=(), only="POST"),
    Page("reception:styleguide", Gate.OPEN, get="200", outside="404", only="GET", sees="site"),
]
COUNTY = [
    *everyone(
        "county", "sitemap", "county-help", "feeds", "embed-help", "api-help", "results", "releases", "embed", "atom", "csv", "ics"
    ),
    # Nothing is told yet.
    *everyone("results_csv", get="404"),
    *everyone("roster", get="302"),
    *everyone("calendar", "year", "year_notice", args=("slug", YEAR)),
    *everyone("month_notice", args=("slug", YEAR, "2")),
    *everyone("day", args=("slug", DAY)),
    *everyone("release", args=("slug", "1")),
    *everyone("notice", "change_notice", args=("slug", "1"), get="404"),
    *everyone("compare", args=("slug", "1", "1")),
    *everyone("book", "book-start"),
    *everyone("book-path", args=("slug", "guide")),
    *everyone("verify", "letter_new", space="petitions"),
    # Whoever holds the address holds the key: a hall's screen, a leader's link, a leader's calendar.
    *everyone("hall", args=("slug", "hall"), only="GET"),
    *everyone("answer", args=("slug", "link")),
    *everyone("own_feed", args=("slug", "feed"), only="GET"),
]
FORMS = [
    *browser(Gate.FORM, "reception", "book-material", "book-give-up", args=("slug", "form")),
    *browser(Gate.FORM, "reception", "book-page", args=("slug", "form", "matter")),
    *browser(Gate.FORM, "reception", "book-receipt", "book-slip", "book-ics", args=("slug", "sent")),
    *browser(Gate.FORM, "petitions", "letter_edit", "letter_check", "letter_give_up", args=("slug", "letter")),
    *browser(Gate.FORM, "petitions", "letter_receipt", "letter_slip", args=("slug", "posted")),
]
TRACKING = [
    *everyone("track", args=()),
    *everyone("track_leave", args=(), only="POST"),
    *browser(Gate.CODE, "reception", "track_case", "track_move", "track_cancel"),
    *browser(Gate.CODE, "reception", "track_slip", only="GET"),
    *browser(Gate.CODE, "reception", "track_keep", "track_sms", only="POST"),
    *browser(Gate.CODE, "petitions", "track_case", only="GET"),
    *browser(Gate.CODE, "petitions", "track_document", args=("document",), only="GET"),
    *browser(Gate.CODE, "petitions", "track_application", only="GET", get="404"),
    *browser(Gate.CODE, "petitions", "track_rate", "track_sms", only="POST"),
    *browser(Gate.CODE, "petitions", "track_review", "track_withdraw"),
    *browser(Gate.CODE, "petitions", "copy", only="POST"),
]
DESK = [
    Page("reception:desk", Gate.DESK),
    Page("reception:desk_accept", Gate.DESK, ("answer",), sees="own", only="POST", posts=()),
    Page("reception:desk_decline", Gate.DESK, ("answer",), sees="own", posts=()),
    Page("reception:desk_substitute", Gate.DESK, ("substitution",), sees="own", only="POST", posts=()),
    Page("reception:desk_absences", Gate.DESK, posts=()),
    Page("reception:desk_absence", Gate.DESK, ("absence",), sees="own", posts=()),
    Page("reception:desk_absence_remove", Gate.DESK, ("absence",), sees="own", only="POST", posts=()),
    Page("reception:desk_feed", Gate.DESK, get="302", posts=()),
    Page("petitions:briefing", Gate.DESK, ("sitting",), sees="own", only="GET", stranger="404"),
    Page("petitions:briefing_pdf", Gate.DESK, ("sitting",), sees="own", only="GET", stranger="404"),
    Page("petitions:briefing_named", Gate.DESK, ("sitting",), sees="own", only="POST", stranger="404", posts=()),
    Page("petitions:opinions", Gate.DESK, posts=()),
]
ACCOUNT = [
    Page("arrive", Gate.SIGNED, get="gone|302"),
    Page("reception:inbox", Gate.SIGNED, only="GET"),
    *[Page(f"reception:inbox_{name}", Gate.SIGNED, only="POST", posts=()) for name in ("read", "letters")],
    Page("reception:inbox_open", Gate.SIGNED, ("message",), only="POST", sees="hers", posts=()),
    Page("account_login", Gate.OPEN, get="302", outside="200"),
    Page("account_logout", Gate.OPEN, get="200", outside="302"),
    Page("account_inactive", Gate.OPEN),
    Page("account_reset_password", Gate.OPEN),
    Page("account_reset_password_done", Gate.OPEN),
    Page("account_reset_password_from_key", Gate.OPEN, ("1", "x-y")),
    Page("account_reset_password_from_key_done", Gate.OPEN),
    Page("mfa_authenticate", Gate.OPEN, get="302", outside="sign in"),
    *[Page(name, Gate.ACCOUNT) for name in ("account_reauthenticate", "account_change_password", "account_sessions", "mfa_index")],
]
FACTORS = [
    Page("mfa_reauthenticate", Gate.ACCOUNT, get="200|302"),
    Page("mfa_deactivate_totp", Gate.ACCOUNT, get="302|404"),
    *[Page(f"mfa_{name}", Gate.ACCOUNT, get="302") for name in ("activate_totp", "add_webauthn")],
    *[Page(f"mfa_{name}", Gate.ACCOUNT, get="302") for name in ("generate_recovery_codes", "reauthenticate_webauthn")],
    # There are none.
    Page("mfa_view_recovery_codes", Gate.ACCOUNT, get="404"),
    Page("mfa_list_webauthn", Gate.ACCOUNT),
    *[Page(f"mfa_{name}_webauthn", Gate.ACCOUNT, ("0",), get="302") for name in ("remove", "edit")],
]


def pages():
    return [*SITE, *COUNTY, *FORMS, *TRACKING, *DESK, *ACCOUNT, *FACTORS]
