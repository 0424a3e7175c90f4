"""Messages out of order, broken, too large or taken back; the life of a server."""

import unittest

from editor import LESSON, Wire

OPEN = {
    "textDocument": {"uri": "file:///tmp/a.md", "languageId": "markdown", "version": 1, "text": LESSON}
}
DOCUMENT = {"textDocument": {"uri": "file:///tmp/a.md"}}


class ProtocolTest(unittest.TestCase):
    def setUp(self):
        self.wire = Wire()
        self.ended = False

    def tearDown(self):
        if not self.ended:
            self.wire.end()

    def end(self):
        self.ended = True
        status, errors = self.wire.end()
        self.assertEqual(errors, "")
        return status

    def code(self, number):
        return self.wire.answer(number)["error"]["code"]

    def test_status_is_0_after_shutdown_and_exit(self):
        self.wire.initialize()
        self.wire.request(1, "shutdown")
        self.assertIsNone(self.wire.answer(1)["result"])
        self.wire.notify("exit")
        self.assertEqual(self.end(), 0)

    def test_status_is_1_without_shutdown(self):
        self.wire.initialize()
        self.wire.notify("exit")
        self.assertEqual(self.end(), 1)

    def test_status_is_1_when_the_editor_is_gone(self):
        self.wire.initialize()
        self.assertEqual(self.end(), 1)

    def test_exit_before_anything_else_ends_with_1(self):
        self.wire.notify("exit")
        self.assertEqual(self.end(), 1)

    def test_nothing_is_answered_before_initialize(self):
        self.wire.notify("textDocument/didOpen", OPEN)
        self.wire.request(1, "textDocument/hover", DOCUMENT)
        self.assertEqual(self.code(1), -32002)
        self.wire.initialize()
        # What was opened too early is not open.
        self.wire.request(2, "textDocument/documentSymbol", DOCUMENT)
        self.assertEqual(self.code(2), -32602)

    def test_initialize_comes_once(self):
        self.wire.initialize()
        self.wire.request(1, "initialize", {"capabilities": {}})
        self.assertEqual(self.code(1), -32600)

    def test_nothing_is_answered_after_shutdown(self):
        self.wire.initialize()
        self.wire.request(1, "shutdown")
        self.wire.request(2, "textDocument/hover", DOCUMENT)
        self.assertEqual(self.code(2), -32600)

    def test_unknown_methods(self):
        self.wire.initialize()
        self.wire.request(1, "textDocument/brew")
        self.assertEqual(self.code(1), -32601)
        # Notifications that are not known are passed over.
        self.wire.notify("$/brew", {})
        self.wire.notify("textDocument/brew", DOCUMENT)
        self.wire.request(2, "shutdown")
        self.assertIn("result", self.wire.answer(2))

    def test_broken_json_and_headers_are_survived(self):
        self.wire.initialize()
        for data in [
            b"Content-Length: 5\r\n\r\n{\"a\":",
            b"Content-Length: 2\r\n\r\n\xff\xfe",
            b"Content-Length: many\r\n\r\n",
            b"Content-Length: -5\r\n\r\n",
            b"Content-Length: 99999999999999999999999\r\n\r\n",
            b"Content-Type: text/plain\r\n\r\n",
            b"Content-Length: 0\r\n\r\n",
            b"X: " + b"y" * 20000 + b"\r\n\r\n",
        ]:
            self.wire.send(data)
            self.assertEqual(self.code(None), -32700, data[:40])
        # A body without a header is passed over as far as the next length.
        self.wire.send(b'{"jsonrpc": "2.0", "id": 8, "method": "shutdown"}')
        self.wire.request(9, "textDocument/documentSymbol", DOCUMENT)
        self.assertEqual(self.code(9), -32602)

    def test_a_message_that_is_too_large_is_passed_over(self):
        self.wire.initialize()
        count = 40 << 20
        self.wire.send(b"Content-Length: %d\r\n\r\n" % count)
        for _ in range(40):
            self.wire.send(b" " * (1 << 20))
        self.assertEqual(self.code(None), -32700)
        self.wire.request(1, "shutdown")
        self.assertIn("result", self.wire.answer(1))

    def test_what_is_no_message_is_refused(self):
        self.wire.initialize()
        for body in [b"[]", b"1", b"null", b"{}", b'{"jsonrpc": "2.0", "id": 3}']:
            self.wire.message(body)
            answer = self.wire.receive()
            self.assertEqual(answer["error"]["code"], -32600, body)
        for identity in [{}, True, 1.5, [1]]:
            self.wire.message({"jsonrpc": "2.0", "id": identity, "method": "shutdown"})
            self.assertEqual(self.wire.receive()["error"]["code"], -32600, identity)

    def test_deep_json_is_survived(self):
        self.wire.initialize()
        self.wire.message(b"[" * 100000 + b"]" * 100000)
        self.assertIn(self.wire.receive()["error"]["code"], [-32700, -32600])
        self.wire.message(b'{"a":' * 5000 + b"1" + b"}" * 5000)
        self.assertIn(self.wire.receive()["error"]["code"], [-32700, -32600])
        self.wire.request(1, "shutdown")
        self.assertIn("result", self.wire.answer(1))

    def test_parameters_that_are_missing_or_wrong(self):
        self.wire.initialize()
        self.wire.notify("textDocument/didOpen", OPEN)
        number = 1
        for method in [
            "completion", "hover", "definition", "references", "documentHighlight", "prepareRename",
            "rename", "signatureHelp", "codeAction", "documentSymbol", "foldingRange",
            "semanticTokens/full", "inlayHint", "codeLens", "formatting",
        ]:
            for params in [None, [], 5, {}, {"textDocument": 1}, {"textDocument": {"uri": "file:///none"}}]:
                self.wire.request(number, f"textDocument/{method}", params)
                self.assertEqual(self.code(number), -32602, (method, params))
                number += 1
        for position in [None, {}, {"line": -1, "character": 0}, {"line": "1", "character": 0}]:
            self.wire.request(number, "textDocument/hover", {**DOCUMENT, "position": position})
            self.assertEqual(self.code(number), -32602, position)
            number += 1
        for position in [{"line": 9999, "character": 0}, {"line": 2**62, "character": 2**62}]:
            self.wire.request(number, "textDocument/hover", {**DOCUMENT, "position": position})
            self.assertIn("result", self.wire.answer(number))
            number += 1
        for params in [{}, {"command": "x"}, {"command": "ringwalk.run"}, {"command": "ringwalk.run", "arguments": ["file:///none", "a"]}]:
            self.wire.request(number, "workspace/executeCommand", params)
            self.assertEqual(self.code(number), -32602, params)
            number += 1

    def test_changes_that_are_wrong_are_survived(self):
        self.wire.initialize()
        self.wire.notify("textDocument/didChange", {**DOCUMENT, "contentChanges": [{"text": "x"}]})
        self.wire.notify("textDocument/didOpen", {"textDocument": {"uri": "file:///tmp/b.md"}})
        self.wire.notify("textDocument/didOpen", OPEN)
        for changes in [None, 5, [5], [{}], [{"text": 5}], [{"range": {}, "text": "x"}]]:
            self.wire.notify("textDocument/didChange", {**DOCUMENT, "contentChanges": changes})
        self.wire.notify("textDocument/didClose", {"textDocument": {"uri": "file:///none"}})
        self.wire.request(1, "textDocument/documentSymbol", DOCUMENT)
        self.assertEqual(self.wire.answer(1)["result"][0]["name"], "A lesson")

    def test_a_request_that_is_taken_back_is_not_answered(self):
        self.wire.initialize()
        self.wire.notify("textDocument/didOpen", OPEN)
        # All in one write, so that the last message is there before the first is looked at.
        import json

        def frame(value):
            body = json.dumps(value).encode()
            return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)

        requests = [
            {"jsonrpc": "2.0", "id": f"r{number}", "method": "textDocument/completion",
             "params": {**DOCUMENT, "position": {"line": 7, "character": 4}}}
            for number in range(200)
        ]
        cancel = {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "r199"}}
        self.wire.send(frame(cancel) + b"".join(map(frame, requests[-1:])))
        # Taken back before it came: it is one that nobody knows, and the request is answered.
        first = self.wire.answer("r199")
        self.wire.send(b"".join(map(frame, requests[:199])) + frame(
            {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "r198"}}))
        answers = {}
        while len(answers) < 199:
            message = self.wire.receive()
            if str(message.get("id", "")).startswith("r"):
                answers[message["id"]] = message
        self.assertEqual(answers["r198"]["error"]["code"], -32800)
        self.assertIn("result", answers["r0"])
        self.assertTrue("result" in first or first["error"]["code"] == -32800)

    def test_the_encoding_of_positions_is_agreed_on(self):
        for offered, agreed in [(None, "utf-16"), (["utf-16"], "utf-16"), (["utf-32", "utf-8"], "utf-8")]:
            with self.subTest(offered=offered):
                wire = Wire()
                answer = wire.initialize(offered)
                self.assertEqual(answer["result"]["capabilities"]["positionEncoding"], agreed)
                wire.notify("textDocument/didOpen", OPEN)
                line = LESSON.split("\n").index(next(l for l in LESSON.split("\n") if "more." in l))
                text = LESSON.split("\n")[line]
                column = len(text[: text.rindex("fds")].encode(agreed + ("" if agreed == "utf-8" else "-le")))
                column //= 1 if agreed == "utf-8" else 2
                wire.request(1, "textDocument/documentHighlight", {**DOCUMENT, "position": {"line": line, "character": column - 2}})
                found = wire.answer(1)["result"]
                self.assertIn(column - 7, [r["range"]["start"]["character"] for r in found if r["range"]["start"]["line"] == line])
                wire.end()


if __name__ == "__main__":
    unittest.main()
