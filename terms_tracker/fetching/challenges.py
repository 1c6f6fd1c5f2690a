"""Pages that are served with 200 and are no terms: bot challenges, error pages, log-in walls.

Recording one would show regulators a "change" in which all terms vanish; each is a failure of its own kind.
"""

import re
from html import unescape

# What the pages of the common protections hold, whatever their language. Names as their makers use them.
_CHALLENGES = {
    "Cloudflare": (
        r"/cdn-cgi/challenge-platform/",
        r"cf-browser-verification",
        r"_cf_chl_opt",
        r"<title>just a moment\.\.\.</title>",
    ),
    "DataDome": (r"captcha-delivery\.com", r"geo\.captcha-delivery", r"datadome.{0,40}(blocked|captcha)"),
    "Imperva": (r"_incapsula_resource", r"incapsula incident id"),
    "Akamai": (r"you don't have permission to access .{0,300}reference\s*(&#35;|#)", r"/_sec/cp_challenge/"),
    "HUMAN": (r"px-captcha", r"perimeterx", r"press (&amp;|&|and) hold to confirm you are"),
    "AWS WAF": (r"awswafcookiedomainlist", r"challenge\.js.{0,200}awswaf", r"gokuprops"),
    "Google": (r"our systems have detected unusual traffic from your computer network",),
    "a captcha": (
        r"<title>[^<]{0,60}(attention required|are you a robot|security check|captcha)[^<]{0,60}</title>",
    ),
}
_COMPILED = {
    maker: re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE | re.DOTALL)
    for maker, patterns in _CHALLENGES.items()
}
_ERROR_TITLE = re.compile(
    r"<title[^>]*>\s*(?:(?:error\s*)?(?:404|410|403|429|500|502|503|504)\b|[^<]{0,40}(?:page not found|"
    r"page introuvable|page non trouvée|not found|access denied|accès refusé|service unavailable|"
    r"bad gateway|internal server error|"
    r"site (?:is )?under maintenance|en maintenance))",
    re.IGNORECASE,
)
_NOT_TEXT = re.compile(
    r"<(script|style|noscript|template)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL
)
# Real terms are long; the pages looked for here are not. A long page is never refused for a word it holds.
_LONGEST_CHALLENGE_WORDS = 400
_LOOKED_AT = 400_000


def recognise(html: str) -> str | None:
    """Say what a page is when it is no document: "bot challenge (maker)" or "error page"; None for any other."""
    head = html[:_LOOKED_AT]
    maker = next((name for name, pattern in _COMPILED.items() if pattern.search(head)), None)
    is_error = _ERROR_TITLE.search(head) is not None
    if not (maker or is_error) or _words(html) > _LONGEST_CHALLENGE_WORDS:
        return None
    return f"bot challenge ({maker})" if maker else "error page"


def _words(html: str) -> int:
    return len(unescape(_NOT_TEXT.sub(" ", html)).split())
