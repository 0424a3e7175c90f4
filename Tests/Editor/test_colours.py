"""The colours of the grammar files, compared with what the language server says of each word."""

import asyncio
import importlib.util
import json
import logging
import re
import unittest

from lsprotocol import types
from pygments.token import Error
from textmate_grammar.parsers.base import LanguageParser

from editor import ROOT, EditorTest

GRAMMAR = ROOT / "grammar"
LESSONS = sorted(ROOT.glob("lessons/*.md"))

# The beginnings of scopes, and what the server calls words that have them.
SCOPES = [
    ("comment", "comment"), ("constant.character.walk", "number"), ("constant.character", "string"),
    ("string", "string"), ("constant.numeric", "number"), ("keyword.operator", "operator"),
    ("keyword", "keyword"), ("storage", "keyword"), ("support.function", "function"),
    ("entity.name.function", "function"), ("support.constant", "enumMember"),
]
# Of these words each one has its colour, and no other word has it.
EXACT = {"comment", "string", "number", "operator", "keyword"}
# Of these some have theirs: a grammar knows no declarations.
LOOSE = {"function", "enumMember"}


def kind(scopes):
    for scope in reversed(scopes):
        for beginning, found in SCOPES:
            if scope.startswith(beginning):
                return found
    return "plain"


def fences(text):
    """The first line and the lines of each walk fence."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        opening = re.match(r"(`{3,})\s*walk\b", lines[number])
        if opening:
            end = number + 1
            while not lines[end].startswith(opening.group(1)):
                end += 1
            yield number + 1, lines[number + 1 : end]
            number = end
        number += 1


class Colours(EditorTest):
    """Each word of each lesson."""

    @classmethod
    def setUpClass(cls):
        logging.getLogger("textmate_grammar").setLevel(logging.CRITICAL)
        cls.walk = LanguageParser(json.loads((GRAMMAR / "vscode/syntaxes/walk.tmLanguage.json").read_text()))

    def colours(self, source):
        """What each letter is, by line and column."""
        found = {}
        element = self.walk.parse_string(source + "\n")
        for (line, column), text, scopes in element.flatten() if element else []:
            for offset in range(len(text)):
                found[line, column + offset] = kind(scopes)
        return found

    async def words(self, path):
        """Line, column, length and kind of the words, as the server has them."""
        uri = path.as_uri()
        text = path.read_text()
        self.editor.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "markdown", 1, text)))
        tokens = await self.editor.text_document_semantic_tokens_full_async(
            types.SemanticTokensParams(types.TextDocumentIdentifier(uri)))
        legend = self.initialized.capabilities.semantic_tokens_provider.legend.token_types
        found, line, column = {}, 0, 0
        for down, right, length, number, _ in zip(*[iter(tokens.data)] * 5):
            line, column = line + down, right if down else column + right
            found.setdefault(line, []).append((column, length, legend[number]))
        self.editor.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
        return found

    async def test_no_word_of_a_lesson_has_the_wrong_colour(self):
        # A lesson takes a moment, and nothing else is waiting.
        asyncio.get_running_loop().slow_callback_duration = 60
        count, wrong, seen = 0, [], set()
        for path in LESSONS:
            words = await self.words(path)
            for first, lines in fences(path.read_text()):
                found = self.colours("\n".join(lines))
                for line, text in enumerate(lines):
                    for column, length, want in words.get(first + line, []):
                        has = {found.get((line, column + offset), "plain") for offset in range(length)}
                        count += 1
                        seen.add(want)
                        right = (
                            has == {want} if want in EXACT
                            else has <= {want, "plain"} if want in LOOSE
                            else not has & EXACT
                        )
                        if not right:
                            wrong.append(f"{path.name}:{first + line + 1}: {text[column:column + length]!r}: {has}, not {want}")
        self.assertEqual(wrong, [])
        self.assertGreater(count, 10_000)
        self.assertLessEqual(EXACT | LOOSE, seen)

    async def test_the_constructs_of_the_language_have_their_scopes(self):
        source = """\
machine arm64 { cpus 2, tick 4ms }  # two
program p {
    let n = read(fd, &buf, 0x10)
    if n < 0 { exit('\\n') } else { compute 2ms }
    on SIGINT restart { helper(1) }
}
student program s
at 3ms: signal SIGTERM to p
expect exactly 2 of p sleeps and at end p.exit == EIO
hidden check "a\\tb" 3 points in parts after "c" with cpus 2: never p sleeps
"""
        scopes = {}
        for _, text, found in self.walk.parse_string(source).flatten():
            scopes.setdefault(text.strip(), found[-1])
        for word, scope in {
            "machine": "storage.type", "arm64": "entity.name.type", "2": "constant.numeric", "ms": "constant.numeric.unit",
            "# two": "comment.line", "program": "storage.type", "p": "entity.name.type", "let": "storage.type",
            "n": "variable.other", "read": "support.function.syscall", "0x10": "constant.numeric",
            "if": "keyword.control", "else": "keyword.control", "exit": "entity.name.function",
            "'\\n'": "constant.character", "compute": "keyword.control", "on": "keyword.control",
            "SIGINT": "support.constant", "restart": "keyword.control", "helper": "entity.name.function",
            "student": "keyword.control", "at": "keyword.control", "signal": "keyword.control",
            "expect": "keyword.control", "exactly": "keyword.other", "of": "keyword.other", "and": "keyword.other",
            "end": "keyword.other", "==": "keyword.operator", "EIO": "support.constant", "hidden": "keyword.control",
            "check": "keyword.control", "\\t": "constant.character.escape", "points": "keyword.control",
            "parts": "keyword.control", "after": "keyword.control", "with": "keyword.control", "never": "keyword.other",
        }.items():
            with self.subTest(word=word):
                self.assertTrue(scopes.get(word, "").startswith(scope), scopes.get(word))


class Files(unittest.TestCase):
    """The files of other tools."""

    def test_the_injection_begins_at_each_fence_and_at_no_other(self):
        grammar = json.loads((GRAMMAR / "vscode/syntaxes/walk.injection.tmLanguage.json").read_text())
        # Python has no \\G; at the beginning of a line it says nothing more.
        begin = re.compile(grammar["repository"]["fence"]["begin"].replace("|\\G", ""))
        for path in LESSONS:
            for line in path.read_text().split("\n"):
                is_fence = re.match(r"`{3,}\s*walk(\s|$)", line) is not None
                self.assertEqual(begin.match(line) is not None, is_fence, line)

    def test_pygments_finds_no_error(self):
        specification = importlib.util.spec_from_file_location("walk_lexer", GRAMMAR / "pygments/walk_lexer.py")
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        lexer = module.WalkLexer(stripnl=False, ensurenl=False)
        sources = ["\n".join(lines) for path in LESSONS for _, lines in fences(path.read_text())]
        sources += [path.read_text() for path in sorted(ROOT.glob("Tests/Solutions/*/*/*.walk"))]
        self.assertGreater(len(sources), 100)
        for source in sources:
            tokens = list(lexer.get_tokens(source))
            self.assertEqual("".join(text for _, text in tokens), source)
            self.assertEqual([text for kind, text in tokens if kind is Error], [])

    def test_the_extension_names_files_that_are_there(self):
        folder = GRAMMAR / "vscode"
        package = json.loads((folder / "package.json").read_text())
        contributes = package["contributes"]
        for entry in contributes["grammars"] + contributes["snippets"]:
            json.loads((folder / entry["path"]).read_text())
        json.loads((folder / contributes["languages"][0]["configuration"]).read_text())
        self.assertTrue((folder / package["main"]).is_file())


if __name__ == "__main__":
    unittest.main()
