"""What is done to ingredients before they are hashed, and the hash itself."""

from __future__ import annotations

import pytest

from ticketbot.identity.digest import digest, same_line, same_message


def test_the_digest_is_pinned() -> None:
    # blake2b-128 over 4-byte lengths and UTF-8: b"\0\0\0\6line/1" b"\0\0\0\1a" b"\0\0\0\0" …
    assert digest("line/1", "a", "", "é") == "e81d8352b4eab582662e18a8bb35dbd6"
    assert digest("line/1", "a", None, "e\u0301") == digest("line/1", "a", "", "é")


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("  a = 1\t# nosec\n", "a=1"),
        ("a = 1  # noqa: S105  # pragma", "a=1"),
        ("eval(x); // nosemgrep: eval", "eval(x);"),
        ("strcpy(a, b); /* Flawfinder: ignore */", "strcpy(a,b);"),
        ("x()  # type: ignore[arg-type]  # why", "x()"),
        ("go() //nolint:gosec", "go()"),
        ("# nosec", "#nosec"),
        ("foo(x) // #nosec G104", "foo(x)"),
        ("foo(x) /* #nosec */", "foo(x)"),
        ("<a href={x} /> {/* eslint-disable-line */}", "<ahref={x}/>"),
        ("if (x) { /* nosec */", "if(x){"),
        ("x(); // @phpstan-ignore-line", "x();"),
        ("eval(x) # rubocop:todo Security/Eval", "eval(x)"),
        ("f(x)  # pyre-ignore[6]: why", "f(x)"),
        ("f(x) // file deepcode ignore Sqli: why", "f(x)"),
        ("Dim a = b ' NOSONAR", "Dima=b"),
        ("a = 'NOSONAR'", "a='NOSONAR'"),
        ("url = 'http://x' # see nosec docs", "url='http://x'#seenosecdocs"),
        ("a\u00a0=\u20091\u2028", "a=1"),
        ('k = "[redacted jwt]"', 'k="[redacted]"'),
        ("A = 'b'", "A='b'"),
    ],
)
def test_same_line(text: str, normal: str) -> None:
    assert same_line(text) == normal


@pytest.mark.parametrize(
    ("message", "normal"),
    [
        ("line 12, column 3.", "line <n>, column <n>."),
        ("at 0xdeadbeef in 3f2504e0-4f89-11d3-9a0c-0305e82c3301", "at <n> in <n>"),
        ("use of 'eval' and \"exec\"", "use of <n> and <n>"),
        ("took  1.5 s\nfor 39fa2ee980eb94b0", "took <n> s for <n>"),
        ("Generic Object Injection Sink", "Generic Object Injection Sink"),
    ],
)
def test_same_message(message: str, normal: str) -> None:
    assert same_message(message) == normal
