"""A client as editors have it, and a server that is spoken to byte by byte."""

import asyncio
import json
import os
import pathlib
import subprocess
import unittest

from lsprotocol import types
from pygls.lsp.client import LanguageClient

RINGWALK = os.environ.get("RINGWALK", "ringwalk")
ROOT = pathlib.Path(__file__).resolve().parents[2]

LESSON = """\
# A lesson

```walk world
user ada { uid 1001 }
file "/home/ada/foo" { owner ada, text "hello\\n" }
program editor {
    bss buf 4KiB
    let fd = open("foo", O_RDONLY)
    let n = read(fd, buf, 5)
    exit(n)
}
```

```walk scenario=down
start editor as ada in "/home/ada"
run until editor calls open
expect editor.mode == user
```

It has `{= editor.fds}` descriptors \U0001f600 and `{= editor.fds}` more.

```walk continue
run
expect editor exits 6
expect never editor calls fork
```
"""


class Editor(LanguageClient):
    """A client that keeps what the server publishes."""

    def __init__(self):
        super().__init__("ringwalk-tests", "1")
        self.published = asyncio.Queue()
        self.latest = {}
        self.refreshed = []
        self.logged = []

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _(params=None):
            self.latest[params.uri] = params
            self.published.put_nowait(params)

        @self.feature(types.WINDOW_LOG_MESSAGE)
        def _(params=None):
            self.logged.append(params.message)

        @self.feature(types.WORKSPACE_CODE_LENS_REFRESH)
        def _(params=None):
            self.refreshed.append("codeLens")

        @self.feature(types.WORKSPACE_INLAY_HINT_REFRESH)
        def _(params=None):
            self.refreshed.append("inlayHint")

    async def diagnostics(self, when=lambda found: True):
        """The next diagnostics that are as wanted."""
        while True:
            params = await asyncio.wait_for(self.published.get(), 60)
            if when(params):
                return params


def place(text, word, number=1, offset=0):
    """The place of a word in a text, in UTF-16: of its number-th appearance, so many letters in."""
    index = -1
    for _ in range(number):
        index = text.index(word, index + 1)
    index += offset
    line = text.count("\n", 0, index)
    start = text.rfind("\n", 0, index) + 1
    return types.Position(line, len(text[start:index].encode("utf-16-le")) // 2)


def apply(text, edits):
    """A text with edits of the protocol made."""
    lines = text.split("\n")

    def offset(position):
        line = lines[position.line].encode("utf-16-le")[: position.character * 2]
        return sum(len(l) + 1 for l in lines[: position.line]) + len(line.decode("utf-16-le"))

    for edit in sorted(edits, key=lambda e: offset(e.range.start), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


class EditorTest(unittest.IsolatedAsyncioTestCase):
    """A test with a server that is initialized and, at the end, shut down with status 0."""

    capabilities = types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
            inlay_hint=types.InlayHintWorkspaceClientCapabilities(refresh_support=True),
        )
    )

    async def asyncSetUp(self):
        self.editor = Editor()
        await self.editor.start_io(RINGWALK, "lsp")
        self.initialized = await self.editor.initialize_async(
            types.InitializeParams(process_id=None, root_uri=None, capabilities=self.capabilities)
        )
        self.editor.initialized(types.InitializedParams())

    async def asyncTearDown(self):
        await self.editor.shutdown_async(None)
        self.editor.exit(None)
        server = self.editor._server
        status = await asyncio.wait_for(server.wait(), 60)
        errors = await server.stderr.read()
        await self.editor.stop()
        self.assertEqual((status, errors), (0, b""))

    def open(self, text, uri="file:///tmp/lesson.md", language="markdown", version=1):
        self.editor.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, language, version, text))
        )
        return types.TextDocumentIdentifier(uri)

    def change(self, document, edits, version):
        self.editor.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(version=version, uri=document.uri), edits
            )
        )

    async def finished(self, document):
        """Waits until runs are made: the server asks to be asked again."""
        for _ in range(600):
            if self.editor.refreshed:
                return self.editor.latest[document.uri]
            await asyncio.sleep(0.1)
        self.fail("the runs are not finished")


class Wire:
    """A server that is spoken to byte by byte."""

    def __init__(self):
        self.process = subprocess.Popen(
            [RINGWALK, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def send(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def message(self, value):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def request(self, number, method, params=None):
        message = {"jsonrpc": "2.0", "id": number, "method": method}
        if params is not None:
            message["params"] = params
        self.message(message)

    def notify(self, method, params=None):
        message = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            message["params"] = params
        self.message(message)

    def receive(self):
        length = None
        while True:
            line = self.process.stdout.readline()
            if line in (b"\r\n", b""):
                break
            name, value = line.split(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return None if length is None else json.loads(self.process.stdout.read(length))

    def answer(self, number):
        """The answer to a request; what comes before it is passed over."""
        while (message := self.receive()) is not None:
            if message.get("id") == number and "method" not in message:
                return message
        return None

    def initialize(self, encodings=None):
        general = {"positionEncodings": encodings} if encodings else {}
        self.request(0, "initialize", {"capabilities": {"general": general}})
        answer = self.answer(0)
        self.notify("initialized", {})
        return answer

    def end(self):
        """Closes the input; the status and standard error."""
        self.process.stdin.close()
        errors = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return self.process.wait(60), errors.decode()
