"""What a credential looks like in text: a table of rules, each with the literals it cannot do
without.

A rule is tried only at its `needles`, so that ordinary text costs one look for each of them and
hostile text stays linear: every pattern is bounded or possessive. It does not decide what becomes
of a match (`readers.redact`) and knows no scanner. With a new needle `readers.suspicion` has to
look for it too.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

FLAGS = re.ASCII | re.MULTILINE

PLACEHOLDER = re.compile(r"\[redacted [a-z -]{1,24}\]")


class Rule(msgspec.Struct, frozen=True):
    """What matches at a needle is replaced: the named group `v`, else all of it."""

    label: str
    """What the placeholder says: `[redacted <label>]`."""
    needles: tuple[str, ...]
    """In lower case. The pattern begins with one of them, or `behind` before it."""
    pattern: re.Pattern[str]
    wanted: Callable[[str], bool] | None = None
    """Of the group `v`: False where it is a reference, a placeholder or a word of ordinary code."""
    behind: str | int = 0
    """How many characters before the needle the pattern begins, or at which character before it."""
    change: Callable[[str], str] | None = None
    """Of the group `v`: what it becomes, where that is not the placeholder."""


_START = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"
"""Where a token can start; `\\n` and `%20` before it are escapes, not letters of it."""

KEY_WORDS = tuple(
    (
        "api access secret private encryption signing auth master account shared client session"
        " storage service license ssh hmac jwt rsa aws app"
    ).split()
)
"""What makes a key a secret: `api_key`, `secretKey`."""
_KEY = "|".join(f"(?<={word})|(?<={word}[_-])" for word in KEY_WORDS)
_NAMES = (
    r"(?<!\[redacted )(?i:passw(?:or)?d|passphrase|pwd|secret|token|credential"
    rf"|(?:{_KEY})key)[\w-]{{0,20}}"
)
"""A name, or the part of one, that says that its value is a secret."""

_REFERENCE = re.compile(r"\$[{(A-Za-z_]|\{|<|%[s({]|%7[Bb]|:[a-z_]+\Z|\[redacted")
_IDENTIFIER = re.compile(r"[A-Za-z_]+[0-9]{0,3}\Z")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:(?:\.|->|::)[A-Za-z_]\w*)+\Z", re.ASCII)
_PATH = re.compile(r"~?\.{0,2}/|https?:")
_COOKIE_PAIR = re.compile(r"([^=;,\s]{1,128})=(?!\[redacted )([^;,\s]{1,4096})")
_COOKIE_ATTRIBUTES = {"path", "domain", "expires", "max-age", "samesite", "priority", "version"}
_SCHEMES = (
    r"bearer|basic|digest|token|apikey|api-key|negotiate|ntlm|hawk|hoba|mutual|oauth|jwt|ssws|key|dpop"
    r"|aws4-hmac-sha256|scram-sha-256|vapid|signature|sharedkey|sharedaccesssignature"
)


def looks_redacted(value: str) -> bool:
    """True for what stands where a secret was: `***`, `xxxx`, `REDACTED`, `<password>`, `${X}`."""
    bare = value.strip().strip("\"'")
    return (
        not bare
        or len(set(bare.lower())) == 1
        or any(word in bare.lower() for word in ("redacted", "filtered", "masked"))
        or set(bare) <= set("*.xX-_#•…")
        or "****" in bare
        or _REFERENCE.match(bare) is not None
    )


def _literal(value: str) -> bool:
    return not looks_redacted(value)


def _bare_literal(value: str) -> bool:
    """Without quotes only what no programmer would write as an expression: letters and digits,
    mixed."""
    if looks_redacted(value) or any(p.match(value) for p in (_IDENTIFIER, _DOTTED, _PATH)):
        return False
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value)


def _opaque(value: str) -> bool:
    return not looks_redacted(value) and any(c.isdigit() or c == "=" for c in value)


def _token(label: str, needles: str, body: str) -> Rule:
    return Rule(label, tuple(needles.split()), re.compile(_START + rf"(?:{body})", FLAGS))


def _rule(
    label: str,
    needles: str,
    pattern: str,
    wanted: Callable[[str], bool] | None = _literal,
    behind: str | int = 0,
) -> Rule:
    return Rule(label, tuple(needles.split()), re.compile(pattern, FLAGS), wanted, behind)


def _without_cookies(header: str) -> str:
    def pair(found: re.Match[str]) -> str:
        name, value = found.groups()
        if name.lower() in _COOKIE_ATTRIBUTES or looks_redacted(value):
            return found.group()
        return f"{name}=[redacted cookie]"

    return _COOKIE_PAIR.sub(pair, header)


_PEM = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_PEM_END = r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_GAP = r"(?:[\s\"'+,]|\\{1,4}[nrt\"'])"
_QUOTE = r"\\{0,3}[\"'`]"
_CLOSE = rf"(?:{_QUOTE})?\]?"
"""What may close a name: `"password": `, `\\"password\\": `, `["password"] = `."""
_HEADER = rf"{_CLOSE}[ \t]{{0,4}}[:=,][ \t]{{0,4}}\[?(?:{_QUOTE})?"
"""From a header's name to its value: raw, in a curl line, in JSON, in a call."""
_BARE = r"[^\s\"'`\\,;&(){}\[\]<>]"

_HEADERS = (
    _rule(
        "authorization",
        "authorization",
        rf"(?i:authorization){_HEADER}(?P<v>(?i:digest)[ \t](?=[^\r\n]{{0,200}}=)[^\r\n]{{1,4000}}"
        rf"|(?i:{_SCHEMES})[ \t]{{1,4}}[^\s\"'`\\][^\r\n\"'`\\]{{0,4000}})",
        lambda v: not looks_redacted(v.partition(" ")[2]),
    ),
    _rule(
        "authorization",
        "authorization",
        rf"(?i:authorization){_HEADER}(?P<v>(?:[A-Za-z][\w-]{{1,30}}[ \t])?"
        r"[\w.~+/:=-]{8,512}+)(?=[\"'`\\\r\n]|\Z)",
        lambda v: _opaque(v.rpartition(" ")[2]) and not _DOTTED.match(v),
    ),
    _rule(
        "header",
        "x-api-key x-auth-token x-access-token x-amz-security-token x-vault-token private-token",
        r"(?i:x-(?:api-key|auth-token|access-token|amz-security-token|vault-token)|private-token)"
        rf"{_HEADER.replace('[:=,]', '[:=]')}(?P<v>[^\s\"'`\\,;()\[\]{{}}]{{4,4000}})",
    ),
)
_COOKIES = Rule(
    "cookie",
    ("cookie",),
    re.compile(
        rf"(?i:cookie){_HEADER}(?P<v>[^\s=;,\"'`\\]{{1,128}}=[^\r\n\"'`\\]{{1,8192}})", FLAGS
    ),
    change=_without_cookies,
)
_URLS = (
    _rule("password", "://", r"://[^\s/:@\"'<>?#]{0,128}:(?P<v>[^\s/@\"'<>?#]{1,256})@"),
    _rule(
        "parameter",
        "token secret pass pwd key sig session auth jwt credential",
        r"(?i)[?&;](?:[a-z0-9_.-]{0,30}(?:token|secret|pass(?:wd|word|phrase)?|pwd|signature"
        r"|session(?:_?id)?|credential|jwt)|(?:[a-z0-9.]{0,30}[_-]|api|access|auth|function)?key"
        r"|(?:x-amz-)?sig|auth)=(?P<v>[^\s&#\"'<>`\\;]{1,4096})",
        behind="?&;",
    ),
)
_TOKENS = (
    _token("aws key", "akia asia", r"A[KS]IA[A-Z0-9]{16}\b"),
    _token("github token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{20,255}"),
    _token("github token", "github_pat_", r"github_pat_\w{20,255}"),
    _token(
        "gitlab token",
        "glpat- glptt- gldt- glrt- glcbt- glft- glsoat-",
        r"gl(?:pat|ptt|dt|rt|cbt|ft|soat)-[\w.-]{16,255}",
    ),
    _token(
        "slack token",
        "xoxa- xoxb- xoxc- xoxe- xoxo- xoxp- xoxr- xoxs- xapp-",
        r"(?:xox[abceoprs]|xapp)-[A-Za-z0-9-]{10,255}",
    ),
    _token("slack webhook", "hooks.slack.com", r"hooks\.slack\.com/[a-z]{5,12}/[\w/-]{16,128}"),
    _token(
        "stripe key",
        "sk_live_ sk_test_ rk_live_ rk_test_",
        r"[sr]k_(?:live|test)_[A-Za-z0-9]{10,255}",
    ),
    _token("webhook secret", "whsec_", r"whsec_[A-Za-z0-9+/=]{20,255}"),
    _token("google key", "aiza", r"AIza[\w-]{30,45}"),
    _token("google secret", "gocspx- ya29.", r"(?:GOCSPX-|ya29\.)[\w-]{20,1024}"),
    _token("npm token", "npm_", r"npm_[A-Za-z0-9]{30,255}"),
    _token("pypi token", "pypi-", r"pypi-[\w-]{30,1024}"),
    _token("sendgrid key", "sg.", r"SG\.[\w-]{16,64}\.[\w-]{16,128}"),
    _rule("azure secret", "q~", r"[\w~.-]{3}\dQ~[\w~.-]{31,34}", None, behind=4),
    _token("vault token", "hvs. hvb.", r"hv[sb]\.[\w-]{20,512}"),
    _token("digitalocean token", "dop_v1_ doo_v1_ dor_v1_", r"do[por]_v1_[a-f0-9]{32,64}"),
    _token("shopify token", "shpat_ shpca_ shppa_ shpss_", r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}"),
    _token("model key", "sk-", r"sk-[\w-]{20,255}"),
    _token("hugging face token", "hf_", r"hf_[A-Za-z0-9]{30,64}"),
    _token("atlassian token", "atatt3", r"ATATT3[\w=-]{40,512}"),
    Rule(
        "jwt",
        ("eyj",),
        re.compile(
            r"(?:(?<![\w-])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"
            r"eyJ[\w-]{8,16384}+\.[\w-]{4,65536}+(?:\.[\w-]{0,16384}+)?",
            FLAGS,
        ),
    ),
    _rule(
        "azure key",
        "accountkey sharedaccesskey",
        r"(?i:AccountKey|SharedAccessKey)=(?P<v>[A-Za-z0-9+/]{20,256}={0,2})",
    ),
    _rule(
        "bearer token",
        "bearer",
        r"(?i:\bbearer)[ \t]{1,4}(?P<v>[A-Za-z0-9._~+/-]{16,4096}+=*)",
        _opaque,
    ),
)
_ASSIGNED = (
    _rule(
        "secret",
        "pass pwd secret token credential key",
        rf"{_NAMES}{_CLOSE}[ \t]{{0,4}}"
        r"(?::[ \t]{0,2}\w{1,12}[ \t]{0,2})?(?:[=!]?={1,2}>?|:=?)[ \t]{0,4}[bfru]{0,2}"
        rf"(?P<q>{_QUOTE})(?P<v>[^\s\"'`\\]{{4,512}})(?P=q)",
    ),
    _rule(
        "secret",
        "pass pwd secret token credential key",
        rf"{_NAMES}(?:=|:[ \t]{{1,4}}|[ \t]=[ \t])"
        rf"(?P<v>{_BARE}{{8,512}}+)(?![(\[{{<\"'`])",
        _bare_literal,
    ),
    _rule(
        "secret",
        "pass pwd secret token key",
        r"^\n?[ \t]{0,16}(?:(?:export|ENV|ARG|set)[ \t]{1,4})?(?:[A-Z0-9_]{0,40}_)?"
        r"(?:PASSWORD|PASSWD|PWD|SECRET|TOKEN|API_?KEY|(?:ACCESS|PRIVATE|SECRET)_KEY)"
        rf"(?:_[A-Z0-9_]{{0,20}})?=(?P<v>{_BARE}{{4,512}}+)",
        lambda v: not looks_redacted(v) and not _DOTTED.match(v) and not _PATH.match(v),
        behind="\n",
    ),
)

RULES: tuple[Rule, ...] = (
    Rule(
        "private key",
        ("-----begin",),
        re.compile(
            rf"{_PEM}(?:(?:[^-]|-(?!----))*+{_PEM_END}"
            rf"|(?:{_GAP}*+(?:Proc-Type|DEK-Info): [^\r\n\\]{{1,100}}){{0,4}}"
            rf"(?:{_GAP}*+[A-Za-z0-9+/=]{{16,}}+)++)",
            FLAGS,
        ),
    ),
    *_HEADERS,
    _COOKIES,
    *_URLS,
    *_TOKENS,
    *_ASSIGNED,
)
"""In the order they are tried: whole headers and URLs before the tokens inside them, guesses
last."""
