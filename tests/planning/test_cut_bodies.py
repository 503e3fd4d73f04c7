"""A body that no tracker takes whole says where the whole text is."""

from __future__ import annotations

from ticketbot.planning.render import cut_body

BODY = "\n\n".join(f"Paragraph {n} has some words in it." for n in range(100)) + "\n"


def test_the_first_paragraphs_stay_whole_and_the_run_is_linked() -> None:
    cut = cut_body(BODY, 500, "[the run that reported it](https://ci.example/7)")
    assert len(cut) <= 500
    assert cut.startswith("Paragraph 0 has some words in it.\n\nParagraph 1 has")
    assert cut.endswith("The full text is in [the run that reported it](https://ci.example/7).\n")
    kept = cut.split("\n\n… the rest is left out")[0].split("\n\n")
    assert kept == BODY.split("\n\n")[: len(kept)]


def test_without_a_known_run_nothing_is_linked() -> None:
    assert cut_body(BODY, 300).endswith("it is longer than the tracker takes.\n")
