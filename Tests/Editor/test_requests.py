"""Every request of the protocol that the server knows, by a client as editors have it."""

import asyncio
import pathlib
import tempfile
import unittest

from editor import LESSON, EditorTest, apply, place
from lsprotocol import types


class RequestsTest(EditorTest):
    def at(self, document, word, number=1, offset=0, text=LESSON):
        return dict(text_document=document, position=place(text, word, number, offset))

    def whole(self):
        return types.Range(types.Position(0, 0), types.Position(len(LESSON.split("\n")), 0))

    async def test_capabilities(self):
        capabilities = self.initialized.capabilities
        self.assertEqual(self.initialized.server_info.name, "ringwalk")
        self.assertEqual(capabilities.position_encoding, "utf-16")
        self.assertEqual(capabilities.text_document_sync.change, types.TextDocumentSyncKind.Incremental)
        for name in [
            "completion", "hover", "definition", "references", "document_highlight", "rename",
            "document_symbol", "folding_range", "semantic_tokens", "inlay_hint", "signature_help",
            "code_action", "code_lens", "execute_command", "document_formatting",
        ]:
            self.assertTrue(getattr(capabilities, f"{name}_provider"), name)

    async def test_messages_come_first_and_verdicts_when_runs_are_made(self):
        document = self.open(LESSON)
        first = await self.editor.diagnostics()
        self.assertEqual([d.message for d in first.diagnostics], [])
        await self.finished(document)
        found = self.editor.latest[document.uri].diagnostics
        self.assertEqual([d.code for d in found], ["fails", "vacuous"])
        self.assertEqual(found[0].severity, types.DiagnosticSeverity.Error)
        self.assertEqual(found[1].severity, types.DiagnosticSeverity.Warning)
        self.assertEqual(found[0].range.start, place(LESSON, "editor exits 6"))

    async def test_incremental_changes(self):
        document = self.open(LESSON)
        await self.editor.diagnostics()
        start = place(LESSON, "fd, buf", offset=4)
        end = place(LESSON, "fd, buf", offset=7)
        # Two changes in one message, the second after the first.
        self.change(document, [
            types.TextDocumentContentChangePartial(types.Range(start, end), "bfu"),
            types.TextDocumentContentChangePartial(types.Range(start, start), "5"),
        ], 2)
        self.change(document, [types.TextDocumentContentChangePartial(types.Range(start, types.Position(start.line, start.character + 1)), "")], 3)
        params = await self.editor.diagnostics(lambda p: p.version == 3)
        self.assertEqual([d.code for d in params.diagnostics], ["W0201"])
        self.assertEqual(params.diagnostics[0].range, types.Range(start, end))
        self.assertEqual(params.diagnostics[0].source, "ringwalk")
        # The whole text at once.
        self.change(document, [types.TextDocumentContentChangeWholeDocument("# Nothing\n")], 4)
        params = await self.editor.diagnostics(lambda p: p.version == 4)
        self.assertEqual(list(params.diagnostics), [])
        self.editor.text_document_did_save(types.DidSaveTextDocumentParams(document))
        await self.editor.diagnostics(lambda p: p.version == 4)
        self.editor.text_document_did_close(types.DidCloseTextDocumentParams(document))
        await self.editor.diagnostics(lambda p: p.version is None)

    async def test_related_places(self):
        text = LESSON.replace("start editor", "program editor { exit(0) }\nstart editor")
        self.open(text)
        params = await self.editor.diagnostics()
        related = [r for d in params.diagnostics for r in d.related_information or []]
        self.assertIn(place(text, "editor"), [r.location.range.start for r in related])

    async def test_completion(self):
        document = self.open(LESSON)

        async def labels(**where):
            found = await self.editor.text_document_completion_async(types.CompletionParams(**where))
            return [item.label for item in found.items]

        found = await labels(**self.at(document, "open("))
        for label in ["open", "read", "buf", "fd", "libc", "O_RDONLY", "let"]:
            self.assertTrue(label in found or label == "let", label)
        self.assertIn("O_RDWR", (await labels(**self.at(document, "O_RDONLY")))[:10])
        self.assertIn("faults.minor", await labels(**self.at(document, "mode ==")))
        self.assertIn("editor", await labels(**self.at(document, "editor as ada")))
        self.assertIn("ada", await labels(**self.at(document, "ada in")))
        after = await labels(**self.at(document, "exits 6"))
        for label in ["exits", "sleeps", "calls", "is"]:
            self.assertIn(label, after)
        self.assertIn("ENOENT", await labels(**self.at(document, "editor.mode")))
        self.assertIn("expect", await labels(**self.at(document, "expect")))
        self.assertEqual(await labels(**self.at(document, "A lesson")), [])

    async def test_a_chosen_completion_replaces_what_is_written(self):
        document = self.open(LESSON)
        found = await self.editor.text_document_completion_async(
            types.CompletionParams(**self.at(document, "read(fd", offset=2)))
        item = next(item for item in found.items if item.label == "write")
        self.assertEqual(apply(LESSON, [item.text_edit]), LESSON.replace("read(fd", "writead(fd"))

    async def test_hover(self):
        document = self.open(LESSON)
        await self.finished(document)

        async def words(**where):
            found = await self.editor.text_document_hover_async(types.HoverParams(**where))
            return found.contents.value if found else ""

        call = await words(**self.at(document, "open("))
        for part in ["open(pathname, flags, [mode])", "ENOENT (2)", "`x86_64`: 2", "libc calls openat"]:
            self.assertIn(part, call)
        event = await words(**self.at(document, "exits 6"))
        self.assertIn("P exits [N]", event)
        # The sentence of an event as it happens; with 6 it does not.
        self.assertIn("No such event", event)
        self.assertIn("Step ", await words(**self.at(document, "calls open")))
        self.assertIn("`user`", await words(**self.at(document, "mode ==")))
        value = await words(**self.at(document, "fds}"))
        self.assertRegex(value, r"here, after step \d+: `3`")
        self.assertIn("fails", await words(**self.at(document, "expect editor exits")))
        self.assertIn("a program", await words(**self.at(document, "editor {")))
        self.assertIn("one of the flags of open", await words(**self.at(document, "O_RDONLY")))
        self.assertEqual(await words(**self.at(document, "A lesson")), "")

    async def test_definition_and_references(self):
        document = self.open(LESSON)
        found = await self.editor.text_document_definition_async(
            types.DefinitionParams(**self.at(document, "fd, buf")))
        self.assertEqual((found.uri, found.range.start), (document.uri, place(LESSON, "fd = open")))
        found = await self.editor.text_document_references_async(
            types.ReferenceParams(types.ReferenceContext(True), **self.at(document, "editor as ada")))
        self.assertEqual(len(found), LESSON.count("editor"))
        found = await self.editor.text_document_references_async(
            types.ReferenceParams(types.ReferenceContext(False), **self.at(document, "editor as ada")))
        self.assertEqual(len(found), LESSON.count("editor") - 1)
        found = await self.editor.text_document_document_highlight_async(
            types.DocumentHighlightParams(**self.at(document, "buf 4KiB")))
        self.assertEqual(len(found), 2)

    async def test_rename(self):
        document = self.open(LESSON)
        found = await self.editor.text_document_prepare_rename_async(
            types.PrepareRenameParams(**self.at(document, "editor as ada")))
        self.assertEqual(found.placeholder, "editor")
        self.assertIsNone(await self.editor.text_document_prepare_rename_async(
            types.PrepareRenameParams(**self.at(document, "run until"))))
        edit = await self.editor.text_document_rename_async(
            types.RenameParams(new_name="vi", **self.at(document, "editor as ada")))
        self.assertEqual(apply(LESSON, edit.changes[document.uri]), LESSON.replace("editor", "vi"))
        with self.assertRaisesRegex(Exception, "cannot be a name"):
            await self.editor.text_document_rename_async(
                types.RenameParams(new_name="2x", **self.at(document, "editor as ada")))

    async def test_symbols_and_folds(self):
        document = self.open(LESSON)
        found = await self.editor.text_document_document_symbol_async(types.DocumentSymbolParams(document))
        self.assertEqual([s.name for s in found], ["A lesson"])
        fences = found[0].children
        self.assertEqual([s.name for s in fences], ["world", "scenario down", "continue"])
        self.assertEqual([s.name for s in fences[0].children], ["ada", "/home/ada/foo", "editor"])
        found = await self.editor.text_document_folding_range_async(types.FoldingRangeParams(document))
        lines = LESSON.split("\n")
        self.assertIn(
            (lines.index("program editor {"), lines.index("}") - 1),
            [(f.start_line, f.end_line) for f in found])

    async def test_semantic_tokens(self):
        document = self.open(LESSON)
        found = await self.editor.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document))
        legend = self.initialized.capabilities.semantic_tokens_provider.legend
        lines = LESSON.split("\n")
        line = column = 0
        words = {}
        for delta_line, delta, length, kind, modifiers in zip(*[iter(found.data)] * 5):
            line, column = line + delta_line, delta if delta_line else column + delta
            text = lines[line].encode("utf-16-le")[2 * column : 2 * (column + length)].decode("utf-16-le")
            words.setdefault(text, set()).add((legend.token_types[kind], modifiers))
        self.assertIn(("class", 1), words["editor"])
        self.assertIn(("function", 2), words["open"])
        self.assertIn(("enumMember", 2), words["O_RDONLY"])
        self.assertEqual(words["4KiB"], {("number", 0)})
        self.assertIn(("event", 2), words["exits"])
        self.assertIn(("keyword", 0), words["expect"])
        self.assertEqual(words['"foo"'], {("string", 0)})

    async def test_inlay_hints(self):
        document = self.open(LESSON)
        await self.finished(document)
        found = await self.editor.text_document_inlay_hint_async(
            types.InlayHintParams(document, self.whole()))
        hints = {(h.position.line, h.position.character): h.label for h in found}
        end = place(LESSON, "O_RDONLY)", offset=len("O_RDONLY)"))
        self.assertEqual(hints[end.line, end.character], "= 3")
        end = place(LESSON, "buf, 5)", offset=len("buf, 5)"))
        self.assertEqual(hints[end.line, end.character], "= 5")
        end = place(LESSON, "run until editor calls open", offset=len("run until editor calls open"))
        self.assertRegex(hints[end.line, end.character], r"^\d.* s?, to step \d+$|^\d+.*s, to step \d+$")
        end = place(LESSON, "fds}", number=2, offset=4)
        self.assertEqual(hints[end.line, end.character], "= 3")
        few = await self.editor.text_document_inlay_hint_async(
            types.InlayHintParams(document, types.Range(types.Position(0, 0), types.Position(1, 0))))
        self.assertEqual(list(few), [])

    async def test_signature_help(self):
        document = self.open(LESSON)
        found = await self.editor.text_document_signature_help_async(
            types.SignatureHelpParams(**self.at(document, "buf, 5")))
        self.assertEqual(found.signatures[0].label, "read(fd, buf, count)")
        self.assertEqual(found.active_parameter, 1)
        self.assertEqual([p.label for p in found.signatures[0].parameters], ["fd", "buf", "count"])
        self.assertIsNone(await self.editor.text_document_signature_help_async(
            types.SignatureHelpParams(**self.at(document, "run until"))))

    async def test_code_actions(self):
        text = LESSON.replace("open(", "opne(")
        document = self.open(text)
        await self.editor.diagnostics()
        where = place(text, "opne")
        found = await self.editor.text_document_code_action_async(
            types.CodeActionParams(document, types.Range(where, where), types.CodeActionContext([])))
        self.assertEqual(found[0].title, "Write `open`")
        self.assertTrue(found[0].is_preferred)
        self.assertEqual(apply(text, found[0].edit.changes[document.uri]), LESSON)
        found = await self.editor.text_document_code_action_async(
            types.CodeActionParams(document, types.Range(where, where), types.CodeActionContext([], only=["refactor"])))
        self.assertEqual(list(found), [])

    async def test_lenses_and_their_command(self):
        document = self.open(LESSON)
        await self.finished(document)
        found = await self.editor.text_document_code_lens_async(types.CodeLensParams(document))
        titles = [lens.command.title for lens in found]
        self.assertEqual(titles[0], "run down")
        self.assertRegex(titles[1], r"^holds")
        self.assertRegex(titles[2], r"^fails")
        command = found[0].command
        story = await self.editor.workspace_execute_command_async(
            types.ExecuteCommandParams(command.command, arguments=command.arguments))
        self.assertIn("editor calls `open", story)
        self.assertIn("fails: editor exits 6", story)
        self.assertIn("down", self.editor.logged[-1])

    async def test_formatting(self):
        text = LESSON.replace("    let n = read(fd, buf, 5)", "let   n=read( fd,buf,5 )").replace("expect editor exits 6", "expect editor   exits 6")
        document = self.open(text)
        options = types.FormattingOptions(tab_size=8, insert_spaces=False)
        found = await self.editor.text_document_formatting_async(
            types.DocumentFormattingParams(document, options))
        self.assertEqual(apply(text, found), LESSON)
        document = self.open(LESSON, "file:///tmp/fine.md")
        found = await self.editor.text_document_formatting_async(
            types.DocumentFormattingParams(document, options))
        self.assertEqual(list(found), [])
        document = self.open("program p {\n", "file:///tmp/broken.walk", "walk")
        with self.assertRaisesRegex(Exception, "left as it is"):
            await self.editor.text_document_formatting_async(
                types.DocumentFormattingParams(document, options))

    async def test_scripts(self):
        text = "program p { exit(7) }\nstart p\nrun\nexpect p exits 7\nexpct p exits 8\n"
        document = self.open(text, "file:///tmp/a%20b.walk", "walk")
        params = await self.editor.diagnostics()
        self.assertEqual([d.range.start.line for d in params.diagnostics], [4])
        found = await self.editor.text_document_document_symbol_async(types.DocumentSymbolParams(document))
        self.assertEqual([s.name for s in found], ["p", "p"])
        # A script without a file is known by its language.
        self.open(text, "untitled:Untitled-1", "walk")
        params = await self.editor.diagnostics()
        self.assertEqual([d.range.start.line for d in params.diagnostics], [4])

    async def test_what_is_included_is_as_the_editor_has_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "programs.walk"
            path.write_text("program p { exit(7) }\n")
            lesson = self.open(
                "```walk\ninclude \"programs.walk\"\nstart p\nrun\nexpect p exits 7\n```\n", f"file://{folder}/a.md")
            params = await self.editor.diagnostics(lambda p: p.uri == lesson.uri)
            self.assertEqual(list(params.diagnostics), [])
            found = await self.editor.text_document_definition_async(
                types.DefinitionParams(lesson, types.Position(2, 7)))
            self.assertEqual((found.uri, found.range.start), (f"file://{path}", types.Position(0, 8)))
            # The file says one thing, the editor another.
            programs = self.open("program q { exit(7) }\n", f"file://{path}", "walk")
            params = await self.editor.diagnostics(lambda p: p.uri == lesson.uri and p.diagnostics)
            self.assertEqual(params.diagnostics[0].code, "W0205")
            self.editor.text_document_did_close(types.DidCloseTextDocumentParams(programs))
            params = await self.editor.diagnostics(lambda p: p.uri == lesson.uri and not p.diagnostics)

    async def test_several_documents(self):
        one = self.open(LESSON, "file:///tmp/one.md")
        two = self.open(LESSON.replace("exits 6", "exits 5"), "file:///tmp/two.md")
        for _ in range(100):
            if len(self.editor.refreshed) >= 4:
                break
            await asyncio.sleep(0.1)
        self.assertEqual([d.code for d in self.editor.latest[one.uri].diagnostics], ["fails", "vacuous"])
        self.assertEqual([d.code for d in self.editor.latest[two.uri].diagnostics], ["vacuous"])


if __name__ == "__main__":
    unittest.main()
