"""Lessons that are changed at random, and asked about at random: the server answers all of it."""

import os
import random
import unittest

from editor import ROOT, Wire

ROUNDS = int(os.environ.get("RINGWALK_ROUNDS", "12"))
METHODS = [
    "completion", "hover", "definition", "references", "documentHighlight", "prepareRename", "rename",
    "signatureHelp", "codeAction", "documentSymbol", "foldingRange", "semanticTokens/full", "inlayHint",
    "codeLens", "formatting",
]
PIECES = ["", " ", "\n", "{", "}", "(", ")", '"', "`", "```\n", "```walk\n", "#", ".", ",", "\u00e9\U0001f600", "\r",
          "expect ", "editor", "{= ", "0x", "5ms", "while", "on ", "> ", "\t", "include \"x.walk\"\n", "\0"]


def apply(text, start, end, piece):
    """The text of a client that counts in UTF-16 and knows the three kinds of line ends."""
    lines = text.replace("\r\n", "\n\0").replace("\r", "\n")
    starts = [0] + [i + 1 for i, c in enumerate(lines) if c == "\n"]

    def offset(place):
        line, column = place
        lower = starts[line]
        upper = starts[line + 1] - 1 if line + 1 < len(starts) else len(text)
        units = text[lower:upper].encode("utf-16-le")[: 2 * column]
        return lower + len(units.decode("utf-16-le", "ignore"))

    return text[: offset(start)] + piece + text[offset(end) :]


class RandomTest(unittest.TestCase):
    def test_everything_is_answered(self):
        lessons = sorted((ROOT / "lessons").glob("*.md"))
        for round_ in range(ROUNDS):
            with self.subTest(seed=round_):
                self.one(random.Random(round_), lessons)

    def one(self, chance, lessons):
        path = chance.choice(lessons)
        uri = f"file://{path}"
        # Line ends of one kind, so that a line of the client's is one of Python's.
        text = path.read_text()
        wire = Wire()
        wire.initialize()
        wire.notify("textDocument/didOpen", {"textDocument": {
            "uri": uri, "languageId": "markdown", "version": 0, "text": text}})
        for number in range(1, 21):
            lines = text.replace("\r", "\n").split("\n")
            line = chance.randrange(len(lines))
            start = (line, chance.randrange(len(lines[line]) + 1))
            last = min(line + chance.choice([0, 0, 0, 1, 3]), len(lines) - 1)
            end = (last, chance.randrange(len(lines[last]) + 1))
            start, end = sorted([start, end])
            if chance.random() < 0.5:
                end = start
            piece = chance.choice(PIECES)
            text = apply(text, start, end, piece)
            wire.notify("textDocument/didChange", {
                "textDocument": {"uri": uri, "version": number},
                "contentChanges": [{"text": piece, "range": {
                    "start": {"line": start[0], "character": start[1]},
                    "end": {"line": end[0], "character": end[1]}}}]})
            for index, method in enumerate(chance.sample(METHODS, 4)):
                place = {"line": start[0] + chance.choice([0, 0, 0, 1]), "character": chance.randrange(40)}
                identity = f"{number}-{index}"
                wire.request(identity, f"textDocument/{method}", {
                    "textDocument": {"uri": uri}, "position": place, "newName": "renamed",
                    "range": {"start": place, "end": place}, "context": {"diagnostics": []}, "options": {}})
                answer = wire.answer(identity)
                self.assertIsNotNone(answer, method)
                if "error" in answer:
                    self.assertIn((method, answer["error"]["code"]), [("rename", -32803), ("formatting", -32803)])
        wire.request("end", "shutdown")
        self.assertIn("result", wire.answer("end"))
        wire.notify("exit")
        self.assertEqual(wire.end(), (0, ""))


if __name__ == "__main__":
    unittest.main()
