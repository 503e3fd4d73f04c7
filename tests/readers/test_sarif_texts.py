"""Messages and titles."""

import pytest

from tests.readers.sarif_given import document, finding, report
from ticketbot.readers.sarif_schema import Text
from ticketbot.readers.sarif_texts import fill, message_text, one_line, unfold, words_of

STRINGS = {"default": Text(text='Variable "{0}" of {1}'), "md": Text(markdown="`{0}`")}
SHARED = {"shared": Text(text="Shared {0}")}


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (Text(text="Plain {0}"), "Plain {0}"),
        (Text(text="Of {0} and {1}", arguments=["a", "b"]), "Of a and b"),
        (Text(text="{{0}} is {0}", arguments=["a"]), "{0} is a"),
        (Text(text="Of {0} and {7}", arguments=["a"]), "Of a and {7}"),
        (Text(id="default", arguments=["x", "y"]), 'Variable "x" of y'),
        (Text(id="md", arguments=["x"]), "`x`"),
        (Text(id="shared", arguments=["x"]), "Shared x"),
        (Text(id="nowhere"), ""),
        (Text(markdown="**Bold**"), "**Bold**"),
        (Text(text="", markdown="**Bold**"), "**Bold**"),
        (Text(), ""),
        (None, ""),
    ],
)
def test_a_message_is_found_and_filled(message, said):
    assert message_text(message, STRINGS, SHARED) == said


def test_arguments_that_are_no_strings_are_read():
    result = {"ruleId": "R1", "message": {"text": "{0} of {1}", "arguments": [3, "x"]}}
    assert finding(result).message == "3 of x"


def test_an_argument_is_not_filled_again():
    assert fill("{0}", ["{1}", "no"]) == "{1}"


@pytest.mark.parametrize(
    ("text", "plain", "links"),
    [
        ("from [here](1) to [there](2)", "from here to there", ()),
        ("see [docs](https://e.com/a)", "see docs", ("https://e.com/a",)),
        (r"[a\]b](1) and \[not a link\]", "a]b and [not a link]", ()),
        ("array[i](x) stays [", "arrayi stays [", ()),
        ("no links [1] (2)", "no links [1] (2)", ()),
    ],
)
def test_links_are_unfolded_to_their_words(text, plain, links):
    assert unfold(text) == (plain, links)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ci.rules.dockerfile.audit.dockerfile-source-not-pinned", "Dockerfile source not pinned"),
        ("hardcoded_password_string", "Hardcoded password string"),
        ("lint/style/useTemplate", "Use template"),
        ("HTTPServerWithoutTLS", "HTTP server without TLS"),
        ("B105", ""),
        ("CKV_AWS_82", ""),
        ("S105", ""),
        ("", ""),
    ],
)
def test_a_name_becomes_words(name, words):
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("rule", "message", "title"),
    [
        ({"shortDescription": {"text": "Empty except."}}, "'except' does nothing", "Empty except"),
        (
            {
                "id": "a.b.dockerfile-source-not-pinned",
                "shortDescription": {"text": "Semgrep Finding: a.b.dockerfile-source-not-pinned"},
            },
            "To ensure reproducible builds, pin it. You can find more.",
            "Dockerfile source not pinned",
        ),
        (
            {"shortDescription": {"text": "Argument `{name}` shadows a builtin"}},
            "Argument `id` shadows a builtin",
            "Argument `id` shadows a builtin",
        ),
        ({"shortDescription": {"text": 'Assigned to "{}"'}}, 'Assigned to "x"', 'Assigned to "x"'),
        ({"name": "hardcoded_password_string"}, "Possible: 'x'", "Hardcoded password string"),
        ({"name": "XML Injection"}, "With user data", "XML Injection"),
        (
            {"name": "artipacked", "help": {"text": "credential persistence through artifacts"}},
            "credential persistence: no",
            "Credential persistence through artifacts",
        ),
        (
            {"id": "py/x", "properties": {"name": "Conflicting attributes in classes"}},
            "Base classes conflict.",
            "Conflicting attributes in classes",
        ),
        ({}, "Do not use apt. Use apt-get.", "Do not use apt"),
        ({}, "Line one\nof it\n\nDetails", "Line one of it"),
        ({"id": "no-eval-here"}, "word " * 60, "No eval here"),
        ({"id": "X1"}, "word " * 60, "word " * 22 + "word…"),
        ({}, "", "R1"),
    ],
)
def test_a_title_is_one_that_a_person_would_have_written(rule, message, title):
    rule = {"id": "R1"} | rule
    found = finding({"ruleId": rule["id"], "message": {"text": message}}, rules=[rule])
    assert found.title == title


def test_a_title_is_one_line_and_never_too_long():
    assert one_line("a\n\tb  c") == "a b c"
    assert len(one_line("word " * 100)) <= 120
    assert len(one_line("x" * 500)) <= 120


def test_a_message_of_megabytes_is_cut():
    assert len(finding({"ruleId": "R1", "message": {"text": "word " * 10**6}}).message) == 8000


def test_the_tool_is_the_one_that_analysed_not_the_converter():
    conversion = {"tool": {"driver": {"name": "converter"}}}
    assert report(document(name="ESLint", conversion=conversion)).scans[0].tool == "ESLint"
