"""SARIF messages → plain text, and titles that a person would have written.

Fills placeholders, unfolds links, picks text before Markdown. Never fails: a placeholder without
an argument stays as it is written. Redaction is not done here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from ticketbot.readers.sarif_schema import Text
from ticketbot.readers.vocabulary import safe_url

TITLE = 120
"""Characters of a title."""
LONG = 4000
"""Characters of a help text or a piece of evidence."""
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(\d{1,3})\}")
LINK = re.compile(r"(?<!\\)\[((?:[^\[\]\\]|\\.)*+)\]\(([^()\s]*+)\)")
ESCAPE = re.compile(r"\\([\\\[\]])")
SENTENCE_END = re.compile(r"[.!?:] (?=[A-Z\[(`])")
SHORTEST = 10
"""Characters; what ends before is an abbreviation or a label."""
OPEN_PLACEHOLDER = re.compile(r"\{[\w.]*\}|<\w+>|\$\w")
GENERIC = re.compile(
    r"(?:semgrep finding|rule|finding|vulnerability|issue|unknown)\b[:\s]*\S*\Z", re.I
)
LOWER_START = re.compile(r"\A[a-z]+(?= )")
WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+")
EMPTY: Mapping[str, Text] = {}


def message_text(
    message: Text | None, own: Mapping[str, Text] = EMPTY, shared: Mapping[str, Text] = EMPTY
) -> str:
    """What a message says, with its links: its text, or the rule's or the component's string it
    names."""
    if message is None:
        return ""
    if message.text:
        return fill(message.text, message.arguments)
    named = (own.get(message.id) or shared.get(message.id)) if message.id else None
    template = (named and (named.text or named.markdown)) or message.markdown or ""
    return fill(template, message.arguments)


def fill(template: str, arguments: Sequence[str] | None) -> str:
    """`{0}` → the argument, `{{` → `{` (3.11.5). Text without arguments is left as it is."""
    if not arguments or "{" not in template:
        return template

    def put(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        number = int(match[1])
        return arguments[number] if number < len(arguments) else match[0]

    return PLACEHOLDER.sub(put, template)


def unfold(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with embedded links (3.11.6) as their words only, and the web addresses they led
    to."""
    if "](" not in text:
        return text, ()
    links = [url for match in LINK.finditer(text) if (url := safe_url(match[2]))]
    return ESCAPE.sub(r"\1", LINK.sub(r"\1", text)), tuple(dict.fromkeys(links))


def one_line(text: str, limit: int = TITLE) -> str:
    """Whitespace as single spaces, cut between words."""
    line = " ".join(text[: 8 * limit].split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.-") + "…"


def cut(text: str, limit: int = LONG) -> str:
    """At most `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def shown(text: str, clean: Callable[[str], str], limit: int) -> str:
    """Redacted, then cut: a secret cut in two would not be known for one. What is far behind the
    cut is not looked at."""
    return cut(clean(text[: 4 * limit]), limit)


def first_sentence(text: str) -> str:
    """Without its full stop, on one line."""
    paragraph = text.strip().partition("\n\n")[0]
    line = " ".join(paragraph[:2000].split())
    end = SENTENCE_END.search(line, SHORTEST)
    return (line[: end.start()] if end else line).rstrip(".!?: ")


def words_of(name: str) -> str:
    """`ci.rules.dockerfile-source-not-pinned` → `Dockerfile source not pinned`; "" where it
    holds no words."""
    last = re.split(r"[/.:]", name.rstrip("/.:"))[-1]
    words = WORDS.findall(last.replace("_", " "))
    if len(words) < 2 or all(len(word) < 3 or word.upper() == word for word in words):
        return ""
    rest = [word if word.isupper() and len(word) > 1 else word.lower() for word in words[1:]]
    return " ".join([words[0][:1].upper() + words[0][1:], *rest])


def usable(text: str | None, rule: str) -> bool:
    """Whether a rule's text says something as a title: not its id again, no placeholders, one
    short line."""
    if not text or not (line := text.strip()) or len(line) > TITLE or "\n" in line:
        return False
    return line != rule and not GENERIC.match(line) and not OPEN_PLACEHOLDER.search(line)


def rule_titles(rule: str, short: str, others: Sequence[str], name: str) -> Iterator[str]:
    """Titles that do not depend on the result, the best first."""
    if short and GENERIC.match(short.strip()) and words_of(rule):
        yield words_of(rule)
    for text in (short, *others):
        if usable(text, rule) and not safe_url(text) and " " in text.strip():
            yield LOWER_START.sub(lambda word: word[0].capitalize(), text.strip().rstrip("."))
    if usable(name, rule):
        yield name.strip() if " " in name.strip() else words_of(name)
    if usable(short, rule):
        yield words_of(short) or short.strip()


def result_title(rule: str, message: str) -> str:
    """A title for a result whose rule offers none."""
    sentence = first_sentence(message)
    if sentence and len(sentence) <= TITLE:
        return sentence
    return words_of(rule) or one_line(sentence or rule)
