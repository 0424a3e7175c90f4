import LanguageService
import SourceText

// One answer for each request of the protocol.
extension LanguageServer {
  mutating func result(
    of method: String, _ params: JSONValue
  ) throws(Failure) -> JSONValue {
    switch method {
    case "textDocument/documentSymbol": return try symbols(params)
    case "textDocument/foldingRange": return try folds(params)
    case "textDocument/completion": return try completion(params)
    case "textDocument/hover": return try hover(params)
    case "textDocument/definition": return try definition(params)
    case "textDocument/references": return try references(params)
    case "textDocument/documentHighlight": return try highlights(params)
    case "textDocument/prepareRename": return try prepareRename(params)
    case "textDocument/rename": return try rename(params)
    case "textDocument/semanticTokens/full": return try tokens(params)
    case "textDocument/inlayHint": return try hints(params)
    case "textDocument/signatureHelp": return try signature(params)
    case "textDocument/codeAction": return try actions(params)
    case "textDocument/formatting": return try formatting(params)
    case "textDocument/codeLens": return try lenses(params)
    case "workspace/executeCommand": return try execute(params)
    default:
      throw Failure(code: Failure.methodNotFound, message: "there is no `\(method)` here")
    }
  }

  // MARK: Structure

  private func symbols(_ params: JSONValue) throws(Failure) -> JSONValue {
    let (_, document) = try document(params)
    func json(_ entry: OutlineEntry) -> JSONValue {
      [
        "name": .string(entry.name), "detail": .string(entry.detail),
        "kind": .integer(Self.symbolKind(entry.kind)),
        "range": Self.json(entry.range, in: document),
        "selectionRange": Self.json(entry.selection, in: document),
        "children": .array(entry.children.map(json)),
      ]
    }
    return .array(document.outline.map(json))
  }

  /// The protocol's numbers: File 1, Module 2, Namespace 3, Class 5, Property 7, Function 12, String 15,
  /// Boolean 17, Object 19, Event 24.
  private static func symbolKind(_ kind: OutlineEntry.Kind) -> Int64 {
    switch kind {
    case .heading: 15
    case .fence: 3
    case .machine: 19
    case .device, .user: 7
    case .file: 1
    case .module: 2
    case .program: 5
    case .function: 12
    case .process: 24
    case .claim, .check, .question: 17
    }
  }

  private func folds(_ params: JSONValue) throws(Failure) -> JSONValue {
    let (_, document) = try document(params)
    return .array(
      document.folds.map { fold in
        [
          "startLine": .integer(Int64(fold.first)), "endLine": .integer(Int64(fold.last)),
          "kind": fold.isComment ? "comment" : "region",
        ]
      })
  }

  private func tokens(_ params: JSONValue) throws(Failure) -> JSONValue {
    let (_, document) = try document(params)
    var data: [JSONValue] = []
    var last = TextPosition(line: 0, character: 0)
    for token in document.wordTokens {
      let span = document.span(token.range)
      guard span.start.line == span.end.line, span.end.character > span.start.character,
        last <= span.start || data.isEmpty
      else { continue }
      let isSameLine = span.start.line == last.line
      data.append(.integer(Int64(span.start.line - last.line)))
      data.append(
        .integer(Int64(isSameLine ? span.start.character - last.character : span.start.character)))
      data.append(.integer(Int64(span.end.character - span.start.character)))
      data.append(.integer(Int64(token.kind.rawValue)))
      data.append(.integer((token.isDeclaration ? 1 : 0) | (token.isOfSystem ? 2 : 0)))
      last = span.start
    }
    return ["data": .array(data)]
  }

  // MARK: Words

  private func completion(_ params: JSONValue) throws(Failure) -> JSONValue {
    let (_, document, offset) = try place(params)
    let list = document.completions(at: offset)
    let range = Self.json(list.range, in: document)
    let items = list.entries.enumerated().map { index, entry -> JSONValue in
      let digits = String(index)
      var item: JSONValue = [
        "label": .string(entry.label), "kind": .integer(Self.completionKind(entry.kind)),
        "sortText": .string(String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits),
        "textEdit": ["range": range, "newText": .string(entry.label)],
      ]
      if !entry.detail.isEmpty { item["detail"] = .string(entry.detail) }
      if !entry.documentation.isEmpty {
        item["documentation"] = Self.markdown(entry.documentation)
      }
      return item
    }
    return ["isIncomplete": false, "items": .array(items)]
  }

  /// The protocol's numbers: Function 3, Variable 6, Class 7, Module 9, Property 10, Value 12, Enum 13,
  /// Keyword 14, EnumMember 20, Event 23.
  private static func completionKind(_ kind: CompletionEntry.Kind) -> Int64 {
    switch kind {
    case .keyword: 14
    case .function: 3
    case .variable: 6
    case .program: 7
    case .property: 10
    case .constant: 20
    case .event: 23
    case .machine: 13
    case .device, .user: 12
    case .module: 9
    case .role: 14
    }
  }

  private static func markdown(_ text: String) -> JSONValue {
    ["kind": "markdown", "value": .string(text)]
  }

  private func hover(_ params: JSONValue) throws(Failure) -> JSONValue {
    let (_, document, offset) = try place(params)
    guard let hover = document.hover(at: offset) else { return .null }
    return [
      "contents": Self.markdown(hover.markdown), "range": Self.json(hover.range, in: document),
    ]
  }

  private func signature(_ params: JSONValue) throws(Failure) -> JSONValue {
    let (_, document, offset) = try place(params)
    guard let found = document.signature(at: offset) else { return .null }
    let parameters = found.parameters.map { parameter -> JSONValue in
      ["label": .string(parameter.name), "documentation": .string(parameter.documentation)]
    }
    return [
      "signatures": [
        [
          "label": .string(found.label), "documentation": Self.markdown(found.documentation),
          "parameters": .array(parameters),
        ]
      ],
      "activeSignature": 0, "activeParameter": .integer(Int64(found.active)),
    ]
  }

  // MARK: Names

  private func definition(_ params: JSONValue) throws(Failure) -> JSONValue {
    let (uri, document, offset) = try place(params)
    guard let range = document.definition(at: offset) else { return .null }
    return Self.location(range, in: document, uri) ?? .null
  }

  private func references(_ params: JSONValue) throws(Failure) -> JSONValue {
    let (uri, document, offset) = try place(params)
    let withDeclaration = params["context"]?["includeDeclaration"]?.bool ?? true
    return .array(
      document.references(at: offset, withDeclaration: withDeclaration).compactMap {
        Self.location($0, in: document, uri)
      })
  }

  private func highlights(_ params: JSONValue) throws(Failure) -> JSONValue {
    let (uri, document, offset) = try place(params)
    return .array(
      document.references(at: offset).compactMap { range in
        guard let place = Self.location(range, in: document, uri), place["uri"]?.string == uri,
          let range = place["range"]
        else { return nil }
        return ["range": range]
      })
  }

  private func prepareRename(_ params: JSONValue) throws(Failure) -> JSONValue {
    let (_, document, offset) = try place(params)
    guard let found = document.renameable(at: offset) else { return .null }
    return [
      "range": Self.json(found.range, in: document), "placeholder": .string(found.name),
    ]
  }

  private func rename(_ params: JSONValue) throws(Failure) -> JSONValue {
    let (uri, document, offset) = try place(params)
    guard let name = params["newName"]?.string else { throw .params("the new name is missing") }
    let places: [SourceRange]
    do throws(RenameRefusal) {
      places = try document.rename(at: offset, to: name)
    } catch {
      let words =
        switch error {
        case .noName: "this is no name of the script"
        case .notAName(let name):
          "`\(name)` cannot be a name: letters, digits and `_`, no digit first"
        case .taken(let name): "something is called `\(name)` already"
        case .elsewhere: "the name is used in a file that is included here"
        }
      throw Failure(code: Failure.requestFailed, message: words)
    }
    let edits = places.map { range -> JSONValue in
      ["range": Self.json(range, in: document), "newText": .string(name)]
    }
    return ["changes": .object([uri: .array(edits)])]
  }

  // MARK: What runs say

  /// The lines that a request asks for; all of them when it does not say.
  private static func lines(_ params: JSONValue) -> ClosedRange<Int> {
    guard let start = position(params["range"]?["start"]),
      let end = position(params["range"]?["end"]),
      start.line <= end.line
    else { return 0...Int.max }
    return start.line...end.line
  }

  private func hints(_ params: JSONValue) throws(Failure) -> JSONValue {
    let (_, document) = try document(params)
    let wanted = Self.lines(params)
    return .array(
      document.hints.compactMap { hint in
        let position = document.lines.position(at: hint.offset)
        guard wanted.contains(position.line) else { return nil }
        var json: JSONValue = [
          "position": Self.json(position), "label": .string(hint.text), "paddingLeft": true,
        ]
        if !hint.explanation.isEmpty { json["tooltip"] = Self.markdown(hint.explanation) }
        return json
      })
  }

  private func lenses(_ params: JSONValue) throws(Failure) -> JSONValue {
    let (uri, document) = try document(params)
    let runs = document.runnableScenarios.map { scenario -> JSONValue in
      [
        "range": Self.json(scenario.range, in: document),
        "command": [
          "title": .string("run \(scenario.name)"), "command": "ringwalk.run",
          "arguments": [.string(uri), .string(scenario.name)],
        ],
      ]
    }
    let verdicts = document.verdicts.map { verdict -> JSONValue in
      [
        "range": Self.json(verdict.range, in: document),
        "command": ["title": .string(verdict.title), "command": ""],
      ]
    }
    return .array(runs + verdicts)
  }

  private mutating func execute(_ params: JSONValue) throws(Failure) -> JSONValue {
    guard let command = params["command"]?.string else { throw .params("the command is missing") }
    guard command == "ringwalk.run" else { throw .params("there is no command `\(command)`") }
    guard let arguments = params["arguments"]?.array, arguments.count == 2,
      let uri = arguments[0].string, let name = arguments[1].string, let open = documents[uri]
    else { throw .params("`ringwalk.run` wants an open document and the name of a scenario") }
    guard let story = open.document.story(of: name) else {
      throw Failure(code: Failure.requestFailed, message: "scenario `\(name)` has not been run")
    }
    notify("window/logMessage", ["type": 3, "message": .string("\(name)\n\(story)")])
    return .string(story)
  }

  // MARK: Changes

  /// The style has no settings, so what an editor says of tabs and blanks is passed over.
  private func formatting(_ params: JSONValue) throws(Failure) -> JSONValue {
    let (_, document) = try document(params)
    guard let edits = document.formatting else {
      throw Failure(
        code: Failure.requestFailed, message: "a text with mistakes in its syntax is left as it is")
    }
    return .array(
      edits.map { edit in
        ["range": Self.json(edit.range, in: document), "newText": .string(edit.replacement)]
      })
  }

  private func actions(_ params: JSONValue) throws(Failure) -> JSONValue {
    let (uri, document) = try document(params)
    guard let start = Self.position(params["range"]?["start"]),
      let end = Self.position(params["range"]?["end"])
    else { throw .params("the range is missing") }
    if let only = params["context"]?["only"]?.array,
      !only.contains(where: { $0.string == "quickfix" || $0.string == "" })
    {
      return []
    }
    let (lower, upper) = (document.lines.offset(of: start), document.lines.offset(of: end))
    var found: [JSONValue] = []
    for fix in document.fixes(from: min(lower, upper), to: max(lower, upper)) {
      let edits = fix.edits.map { edit -> JSONValue in
        ["range": Self.json(edit.range, in: document), "newText": .string(edit.replacement)]
      }
      let message = fix.message.prefix(1).uppercased() + fix.message.dropFirst()
      found.append([
        "title": .string(message), "kind": "quickfix", "isPreferred": .bool(fix.isPreferred),
        "diagnostics": .array([Self.json(fix.diagnostic, in: document, uri)]),
        "edit": ["changes": .object([uri: .array(edits)])],
      ])
    }
    return .array(found)
  }
}
