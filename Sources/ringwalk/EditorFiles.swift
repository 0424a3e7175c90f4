#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Catalogue
import SourceText
import WalkSyntax

/// The files by which editors and other tools know Walk, made of the same tables as the parser's.
enum EditorFiles {
  /// All files with their paths, in order.
  static func all() throws -> [(path: String, text: String)] {
    [
      ("diagnostics.md", diagnostics),
      ("pygments/walk_lexer.py", pygments),
      ("vim/ftdetect/walk.vim", "autocmd BufRead,BufNewFile *.walk setfiletype walk\n"),
      ("vim/syntax/walk.vim", vim),
      ("vscode/README.md", readme),
      ("vscode/extension.js", extensionScript),
      ("vscode/language-configuration.json", try json(languageConfiguration)),
      ("vscode/package.json", try json(package)),
      ("vscode/snippets/walk.json", try json(snippets)),
      ("vscode/syntaxes/walk.injection.tmLanguage.json", try json(TextMateGrammar.injection)),
      ("vscode/syntaxes/walk.tmLanguage.json", try json(TextMateGrammar.walk)),
    ]
  }

  private static func json(_ value: JSONValue) throws -> String {
    String(decoding: try JSONEncoder.document(value), as: UTF8.self)
  }

  private static func words(_ words: [String]) -> String { words.sorted().joined(separator: " ") }

  // MARK: Messages

  /// All messages with their long forms and examples.
  private static var diagnostics: String {
    var text = """
      # Messages

      Each message of Ringwalk has a code that is never given another meaning; `ringwalk explain W0204` prints
      what stands here. The first script of each has the mistake, the second is the same without it; both are
      compiled by tests. Made by `ringwalk editors`.

      """
    for entry in Manual.diagnostics {
      text += "\n## \(entry.code): \(entry.title)\n\n\(entry.explanation)\n"
      for example in [entry.failing, entry.mended] {
        let fence = String(repeating: "`", count: max(3, longestRun(in: example) + 1))
        text += "\n\(fence)\n\(example)\(example.hasSuffix("\n") ? "" : "\n")\(fence)\n"
      }
    }
    return text
  }

  /// The longest run of backquotes: a fence around a text is longer.
  private static func longestRun(in text: String) -> Int {
    text.utf8.reduce(into: (longest: 0, run: 0)) { state, byte in
      state.run = byte == UInt8(ascii: "`") ? state.run + 1 : 0
      state.longest = max(state.longest, state.run)
    }.longest
  }

  // MARK: Vim

  private static var vim: String {
    """
    " Vim syntax of Walk, the scripts of Ringwalk; made by `ringwalk editors`.
    if exists("b:current_syntax")
      finish
    endif
    syntax case match
    syntax iskeyword @,48-57,_

    syntax keyword walkStatement \(words(Keywords.statements))
    syntax keyword walkClause \(words(Keywords.clauses))
    syntax keyword walkClaim \(words(Keywords.claims))
    syntax keyword walkCode \(words(Keywords.programs))
    syntax keyword walkConstant \(words(NamedConstant.all.map(\.name)))
    syntax match walkCall "\\<\\%(\(SystemCall.all.map(\.name).sorted().joined(separator: "\\|")))\\ze\\s*("
    syntax match walkNumber "\\<\\%(0[xX]\\x\\+\\|0b[01]\\+\\|\\d\\+\\)\\%(\(TextMateGrammar.any(Keywords.units, separator: "\\|"))\\)\\?\\>"
    syntax match walkOperator "[-+*/%&|^~!<>=]"
    syntax match walkEscape contained "\\\\."
    syntax region walkString start=+"+ skip=+\\\\.+ end=+"\\|$+ contains=walkEscape
    syntax match walkCharacter "'\\%(\\\\.[0-9A-Fa-f]*\\|[^'\\\\]\\)'"
    syntax match walkComment "#.*$" contains=@Spell

    highlight default link walkStatement Statement
    highlight default link walkClause Keyword
    highlight default link walkClaim Conditional
    highlight default link walkCode Statement
    highlight default link walkConstant Constant
    highlight default link walkCall Function
    highlight default link walkNumber Number
    highlight default link walkOperator Operator
    highlight default link walkEscape SpecialChar
    highlight default link walkString String
    highlight default link walkCharacter Character
    highlight default link walkComment Comment

    setlocal commentstring=#\\ %s
    let b:current_syntax = "walk"

    """
  }

  // MARK: Pygments

  private static func tuple(_ words: [String]) -> String {
    var lines: [String] = []
    var line = "   "
    for word in words.sorted() {
      let piece = " \"\(word)\","
      if line.utf8.count + piece.utf8.count > 99 {
        lines.append(line)
        line = "   "
      }
      line += piece
    }
    return (lines + [line]).joined(separator: "\n")
  }

  private static var pygments: String {
    """
    \"""Colours for Walk, the scripts of Ringwalk; made by `ringwalk editors`.

    Sphinx and MkDocs find it when it is registered as the lexer of `walk`:
    `pygments.lexers._mapping` by an entry point `pygments.lexers`, or
    `app.add_lexer("walk", WalkLexer)` in a Sphinx configuration.
    \"""

    from pygments.lexer import RegexLexer, words
    from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Whitespace

    __all__ = ["WalkLexer"]

    STATEMENTS = (
    \(tuple(Keywords.statements))
    )

    CLAUSES = (
    \(tuple(Array(Set(Keywords.clauses + Keywords.claims).subtracting(Keywords.statements))))
    )

    CODE = (
    \(tuple(Array(Set(Keywords.programs).subtracting(Keywords.statements + Keywords.clauses + Keywords.claims))))
    )

    CONSTANTS = (
    \(tuple(NamedConstant.all.map(\.name)))
    )

    CALLS = (
    \(tuple(SystemCall.all.map(\.name)))
    )


    class WalkLexer(RegexLexer):
        \"""Walk: machines, programs, timelines and claims.\"""

        name = "Walk"
        aliases = ["walk"]
        filenames = ["*.walk"]
        tokens = {
            "root": [
                (r"\\s+", Whitespace),
                (r"#.*$", Comment.Single),
                (r'"', String.Double, "string"),
                (r"'(?:\\\\(?:[0-3][0-7]{2}|x[0-9A-Fa-f]{2}|.)|[^'\\\\])'", String.Char),
                (r"(0[xX][0-9A-Fa-f]+|0b[01]+|[0-9]+)(\(TextMateGrammar.any(Keywords.units)))?\\b", Number),
                (words(CONSTANTS, prefix=r"\\b", suffix=r"\\b"), Name.Constant),
                (words(CALLS, prefix=r"\\b", suffix=r"(?=\\s*\\()"), Name.Builtin),
                (words(STATEMENTS, prefix=r"(?<![\\w.])", suffix=r"\\b"), Keyword),
                (words(CODE, prefix=r"(?<![\\w.])", suffix=r"\\b"), Keyword.Reserved),
                (words(CLAUSES, prefix=r"(?<![\\w.])", suffix=r"\\b"), Keyword.Pseudo),
                (r"[A-Za-z_][A-Za-z0-9_]*(?=\\s*\\()", Name.Function),
                (r"[A-Za-z_][A-Za-z0-9_]*", Name),
                (r"&&|\\|\\||==|!=|<=|>=|<<|>>|\\.\\.|[-+*/%&|^~!<>=]", Operator),
                (r"[()\\[\\]{},;:.]", Punctuation),
            ],
            "string": [
                (r'[^"\\\\\\n]+', String.Double),
                (r"\\\\.", String.Escape),
                (r'"|$', String.Double, "#pop"),
            ],
        }

    """
  }

  // MARK: Visual Studio Code

  private static let readme = """
    # Walk for Visual Studio Code

    Colours for `.walk` scripts and for the `walk` fences of Markdown, and a client for `ringwalk lsp`, which must be
    on the `PATH`. Made by `ringwalk editors`; nothing in it knows the language by itself.

        npm install && npx @vscode/vsce package
        code --install-extension ringwalk-walk-1.0.0.vsix

    Without `npm install`, copied into the folder of extensions, it has the colours and the snippets alone.

    """

  private static let extensionScript = """
    // Starts `ringwalk lsp` for Markdown and Walk; all else is the server's.
    const vscode = require("vscode");
    const { LanguageClient } = require("vscode-languageclient/node");

    let client;

    function activate(context) {
      const command = vscode.workspace.getConfiguration("ringwalk").get("path", "ringwalk");
      client = new LanguageClient(
        "ringwalk",
        "Ringwalk",
        { command, args: ["lsp"] },
        { documentSelector: [{ language: "walk" }, { language: "markdown" }] }
      );
      context.subscriptions.push(client);
      return client.start();
    }

    function deactivate() {
      return client?.stop();
    }

    module.exports = { activate, deactivate };

    """

  private static var languageConfiguration: JSONValue {
    func pair(_ open: String, _ close: String) -> JSONValue {
      .array([.string(open), .string(close)])
    }
    let brackets: JSONValue = .array([pair("{", "}"), pair("[", "]"), pair("(", ")")])
    return .object([
      "comments": .object(["lineComment": .string("#")]), "brackets": brackets,
      "autoClosingPairs": .array([
        pair("{", "}"), pair("[", "]"), pair("(", ")"), pair("\"", "\""),
      ]),
      "surroundingPairs": brackets,
      "indentationRules": .object([
        "increaseIndentPattern": .string(#"^.*\{[^}]*$"#),
        "decreaseIndentPattern": .string(#"^\s*\}"#),
      ]),
    ])
  }

  private static var package: JSONValue {
    func strings(_ values: String...) -> JSONValue { .array(values.map(JSONValue.string)) }
    return .object([
      "name": .string("ringwalk-walk"), "displayName": .string("Walk (Ringwalk)"),
      "description": .string("Walk scripts and lessons: colours, snippets, ringwalk lsp"),
      "version": .string("1.0.0"), "publisher": .string("ringwalk"),
      "engines": .object(["vscode": .string("^1.82.0")]),
      "categories": strings("Programming Languages", "Snippets", "Education"),
      "main": .string("./extension.js"),
      "activationEvents": strings("onLanguage:walk", "onLanguage:markdown"),
      "dependencies": .object(["vscode-languageclient": .string("^9.0.1")]),
      "contributes": .object([
        "configuration": .object([
          "title": .string("Ringwalk"),
          "properties": .object([
            "ringwalk.path": .object([
              "type": .string("string"), "default": .string("ringwalk"),
              "description": .string("The program that is started as `ringwalk lsp`."),
            ])
          ]),
        ]),
        "languages": .array([
          .object([
            "id": .string("walk"), "aliases": strings("Walk"), "extensions": strings(".walk"),
            "configuration": .string("./language-configuration.json"),
          ])
        ]),
        "grammars": .array([
          .object([
            "language": .string("walk"), "scopeName": .string("source.walk"),
            "path": .string("./syntaxes/walk.tmLanguage.json"),
          ]),
          .object([
            "scopeName": .string("markdown.walk.codeblock"),
            "path": .string("./syntaxes/walk.injection.tmLanguage.json"),
            "injectTo": strings("text.html.markdown"),
            "embeddedLanguages": .object(["meta.embedded.block.walk": .string("walk")]),
          ]),
        ]),
        "snippets": .array([
          .object(["language": .string("walk"), "path": .string("./snippets/walk.json")]),
          .object(["language": .string("markdown"), "path": .string("./snippets/walk.json")]),
        ]),
      ]),
    ])
  }

  private static var snippets: JSONValue {
    func snippet(_ prefix: String, _ description: String, _ body: String) -> JSONValue {
      .object([
        "prefix": .string(prefix), "description": .string(description),
        "body": .array(
          body.split(separator: "\n", omittingEmptySubsequences: false).map {
            .string(String($0))
          }),
      ])
    }
    return .object([
      "A program": snippet(
        "program", "A program with one call",
        "program ${1:hello} {\n    ${2:write(1, \"hi\\\\n\", 3)}\n}\n$0"),
      "A world": snippet(
        "walk world", "A fence with a machine, a disk, a user and a file",
        """
        ```walk world
        machine ${1:x86_64} { cpus 1, tick 4ms }
        disk sda { latency 5ms }
        mount "/" ext4 on sda
        user ada { uid 1000 }
        file "/home/ada/${2:foo}" { owner ada, mode 0644, text "${3:hello\\\\n}" }
        ```
        $0
        """),
      "A scenario": snippet(
        "walk scenario", "A fence in which something happens",
        """
        ```walk scenario=${1:first}
        start ${2:editor} as ada in "/home/ada"
        run
        expect ${3:editor exits 0}
        ```
        $0
        """),
      "A question": snippet(
        "walk predict", "A question whose answer the run knows",
        """
        ```walk predict=${1:name} points=${2:1}
        ask "${3:What is it?}"
        answer ${4:editor.exit}
        ```
        $0
        """),
      "A task": snippet(
        "walk task", "A task for students",
        """
        ```walk task=${1:name} points=${2:10}
        student program ${3:reader}
        starter {
            program ${3:reader} {
            }
        }
        start ${3:reader} as ada in "/home/ada"
        run
        check "${4:it ends cleanly}" ${2:10} points: ${3:reader} exits 0
        ```
        $0
        """),
    ])
  }
}
