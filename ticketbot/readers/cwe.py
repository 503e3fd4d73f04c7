"""Classes of weaknesses: CWE numbers wherever tools hide them, and OWASP's lists.

Nothing is guessed from a rule's title or message: only ids that are written as ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CWE_LIMIT = 9999

_NUMBER = re.compile(
    r"(?:cwe[\s:_/#-]{0,3}(?:id[\s:=-]{0,2})?0{0,4}|cwe\.mitre\.org/data/definitions/|cweid=)"
    r"(\d{1,4})(?!\d)",
    re.IGNORECASE | re.ASCII,
)
_BARE = re.compile(r"\s*0{0,4}(\d{1,4})\s*", re.ASCII)
_OWASP = re.compile(
    r"(?<![A-Za-z0-9])(API|A|M|LLM|CICD-SEC-)[-:]?0?(\d{1,2})(?::|-|\s?\()(20\d\d)(?!\d)",
    re.I | re.ASCII,
)
_NESTED = ("id", "cwe", "cweid", "cwe_id", "cweId", "name", "value", "url")
_DEEP = 4

OWASP_API_2023 = {
    "API1:2023": "Broken Object Level Authorization",
    "API2:2023": "Broken Authentication",
    "API3:2023": "Broken Object Property Level Authorization",
    "API4:2023": "Unrestricted Resource Consumption",
    "API5:2023": "Broken Function Level Authorization",
    "API6:2023": "Unrestricted Access to Sensitive Business Flows",
    "API7:2023": "Server Side Request Forgery",
    "API8:2023": "Security Misconfiguration",
    "API9:2023": "Improper Inventory Management",
    "API10:2023": "Unsafe Consumption of APIs",
}
OWASP_TOP_2021 = {
    "A01:2021": "Broken Access Control",
    "A02:2021": "Cryptographic Failures",
    "A03:2021": "Injection",
    "A04:2021": "Insecure Design",
    "A05:2021": "Security Misconfiguration",
    "A06:2021": "Vulnerable and Outdated Components",
    "A07:2021": "Identification and Authentication Failures",
    "A08:2021": "Software and Data Integrity Failures",
    "A09:2021": "Security Logging and Monitoring Failures",
    "A10:2021": "Server-Side Request Forgery",
}

_API_CLASS = {
    "API1:2023": "284 285 566 639 706 862 863",
    "API2:2023": "204 255 256 257 259 261 262 263 287 288 289 290 294 302 303 304 305 306 307 308"
    " 309 319 321 322 345 346 347 384 521 522 523 532 549 598 613"
    " 620 640 798 836 916 940 941 1390 1391",
    "API3:2023": "200 201 209 213 359 497 538 548 915 1230",
    "API4:2023": "400 401 404 409 770 772 774 776 779 789 799 834 835 1333",
    "API5:2023": "266 269 272 419 425 732 749 1220 1244",
    "API6:2023": "837 841 362 367",
    "API7:2023": "441 611 918",
    "API8:2023": "2 16 20 22 77 78 79 80 89 90 91 93 94 95 113 116 117 134 295 298 311 326 327 328"
    " 330 338 352 426 434 444 489 502 525 564 601 614 643 644 652 676 693 756 829"
    " 838 942 943 1004 1021 1275 1336",
    "API9:2023": "477 912 1059 1104 1053",
    "API10:2023": "494 602 668 1395 1357 915 926 1329",
}
_API_OF: dict[int, str] = {}
for _name, _line in _API_CLASS.items():
    for _number in _line.split():
        _API_OF.setdefault(int(_number), _name)


def cwes(value: object) -> tuple[int, ...]:
    """CWE numbers in order of appearance, each once: from 79, "79", "CWE-79: …",
    "external/cwe/cwe-079", addresses of definitions, and lists or objects of these. Text that is
    no CWE gives nothing."""
    found = (n for n in _numbers(value, 0) if 1 <= n <= _CWE_LIMIT)
    return tuple(dict.fromkeys(found))


def _numbers(value: object, depth: int) -> Iterator[int]:
    if isinstance(value, bool) or depth > _DEEP:
        return
    if isinstance(value, int):
        yield value
    elif isinstance(value, str):
        bare = _BARE.fullmatch(value)
        yield from (int(n) for n in ([bare[1]] if bare else _NUMBER.findall(value)))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _numbers(item, depth + 1)
    elif isinstance(value, dict):
        for key in _NESTED:
            if key in value:
                yield from _numbers(value[key], depth + 1)


def owasp(value: object) -> tuple[str, ...]:
    """OWASP classes as "API1:2023" or "A01:2021", in order of appearance, each once; without a
    year: nothing."""
    texts = value if isinstance(value, (list, tuple)) else [value]
    found: dict[str, None] = {}
    for text in texts:
        if isinstance(text, str):
            for letter, number, year in _OWASP.findall(text):
                width = 1 if letter.upper() in ("API", "M") else 2
                found[f"{letter.upper()}{int(number):0{width}}:{year}"] = None
    return tuple(found)


def owasp_api_of(cwe: tuple[int, ...]) -> str | None:
    """The OWASP API Security Top 10 2023 class of the first CWE that has one, as "API1:2023"."""
    return next((_API_OF[number] for number in cwe if number in _API_OF), None)


def owasp_name(identifier: str) -> str | None:
    """What an OWASP class is called: "API1:2023" → "Broken Object Level Authorization"."""
    return OWASP_API_2023.get(identifier) or OWASP_TOP_2021.get(identifier)
