"""Which function or class a line stands in, by language; and that nothing is said where it is not clear."""

from __future__ import annotations

import pytest

from ticketbot.identity.scopes import scope_at

# The flagged line has a `!` in it; what is expected stands beside.
CASES = {
    "python": (
        "a.py",
        'class Shop:\n    """class Not:\n def no():"""\n    async def pay(\n  self,\n    ):\n        x = {\n'
        "  1: 2}\n\n        eval(!)\n",
        "Shop.pay",
    ),
    "python, behind a function": ("a.py", "def f():\n    pass\n\neval(!)\n", ""),
    "python, nested and back": (
        "a.py",
        "def f():\n\tdef g():\n\t\tpass\n\teval(!)\n",
        "f",
    ),
    "python, a comment at the margin": ("a.py", "def f():\n    a\n# note\n    eval(!)\n", "f"),
    "python, behind a text that ends at the margin": (
        "a.py",
        'def f():\n    a = """\n  b\n""" % a\n    eval(!)\n',
        "f",
    ),
    "ruby": (
        "a.rb",
        "module Shop\n  class Cart < Base\n    def self.add!(x)\n      eval x # !\n    end\n  end\nend\n",
        "Shop.Cart.self.add!",
    ),
    "c": (
        "a.c",
        '#include "x.h"\n\nstatic int\nfoo(const char *a, /* { */\n    int b)\n{\n'
        "    if (a) {\n        strcpy(!);\n    }\n}\n",
        "foo",
    ),
    "c, a struct is returned": (
        "a.c",
        "struct node *make(int n) {\n  char c = '{';\n  strcpy(!);\n}\n",
        "make",
    ),
    "c, branches that open twice": (
        "a.c",
        "#ifdef A\nint f(void) {\n#else\nint f(int a) {\n#endif\n  gets(!);\n}\n",
        "f",
    ),
    "c++": (
        "a.cpp",
        "namespace shop {\nclass Cart : public Base {\n  Cart(int a)\n    : x(a), y(1) {\n"
        "    gets(!);\n  }\n};\n}\n",
        "shop.Cart.Cart",
    ),
    "java": (
        "A.java",
        'class A {\n  @Get("/x{id}")\n  public List<String> find(String q)\n      throws IOException {\n'
        "    for (int i = 0; i < 2; i++) {\n      run(!);\n    }\n  }\n}\n",
        "A.find",
    ),
    "c#": (
        "a.cs",
        'namespace N\n{\n  public class A\n  {\n    public void B(string p)\n    {\n      var x = @"C:\\";\n'
        "      Run(!);\n    }\n  }\n}\n",
        "N.A.B",
    ),
    "javascript": (
        "a.js",
        "const a = require('x')\nconst b = f(1)\nfunction pay (req) {\n  if (a) {\n    eval(!)\n  }\n}\n",
        "pay",
    ),
    "javascript, an arrow": (
        "a.mjs",
        "export const pay = async (req, res) => {\n  const r = /['{]/\n  eval(!)\n}\n",
        "pay",
    ),
    "javascript, a callback has no name": (
        "a.js",
        "module.exports = function order () {\n  return (req, res) => {\n    list.map(x => {\n"
        "      eval(`{${x}`, !)\n    })\n  }\n}\n",
        "order",
    ),
    "typescript": (
        "a.ts",
        "export class Cart {\n  private a = 1\n  add (x: number): void {\n    eval(!)\n  }\n}\n",
        "Cart.add",
    ),
    "javascript, a property": (
        "a.js",
        "const o = {\n  a: 1,\n  b: function (x) {\n    eval(!)\n  }\n}\n",
        "b",
    ),
    "go": (
        "a.go",
        "func (s *Server) Handle(w http.ResponseWriter) error {\n\tgo func() {\n\t\texec(!)\n\t}()\n}\n",
        "Server.Handle",
    ),
    "php": (
        "a.php",
        "<?php\nnamespace A;\nclass Cart extends Base {\n  public function add($x) {\n    eval(!);\n  }\n}\n",
        "Cart.add",
    ),
    "rust": (
        "a.rs",
        "impl<'a> Read for Cart<'a> {\n    fn read<T>(&'a self, x: T) -> R\n    where\n        T: A,\n    {\n"
        "        run(!)\n    }\n}\n",
        "Cart.read",
    ),
    "kotlin": (
        "a.kt",
        "class A(val x: Int) : B() {\n  fun pay(q: String): Int {\n    q.let { y ->\n"
        "      run(!)\n    }\n  }\n}\n",
        "A.pay",
    ),
    "braces that do not add up": ("a.c", "int f() {\n  gets(!);\n", None),
    "more closed than opened": ("a.c", "}\nint f() {\n  gets(!);\n}\n", None),
    "an unknown language": ("a.txt", "def f():\n  eval(!)\n", None),
    "no suffix": ("Makefile", "all:\n\trm !\n", None),
    "a minified line": ("a.js", "function a () {\n" + "{" * 3000 + "\neval(!)\n}\n", "a"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_scope_of_a_line(case: str) -> None:
    path, text, expected = CASES[case]
    lines = text.split("\n")
    number = next(
        n for n, line in enumerate(lines, 1) if "!)" in line or "# !" in line or "rm !" in line
    )
    assert scope_at(lines, path, number) == expected


@pytest.mark.parametrize("number", [0, -1, 4])
def test_a_line_that_is_not_there_has_no_scope(number: int) -> None:
    assert scope_at(["def f():", "  a", "  b"], "a.py", number) is None


@pytest.mark.parametrize(
    "text", ['"\\' * 4000, "/* " * 4000, "'''" * 4001, "`${" * 4000, "(" * 9000, "a = " * 4000]
)
@pytest.mark.parametrize("suffix", ["py", "js", "c", "rb", "php"])
def test_hostile_text_ends_soon(text: str, suffix: str) -> None:
    scope_at([text, *([text[:1500]] * 40), "x {"], f"a.{suffix}", 3)
