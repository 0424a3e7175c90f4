import LanguageService
import Lesson
import SourceText

// From values to the protocol's JSON and back.
extension LanguageServer {
  static func capabilities(_ encoding: PositionEncoding) -> JSONValue {
    [
      "positionEncoding": .string(encoding.rawValue),
      "textDocumentSync": [
        "openClose": true, "change": 2, "save": ["includeText": false],
      ],
      "completionProvider": ["triggerCharacters": [".", " ", "="]],
      "hoverProvider": true,
      "definitionProvider": true,
      "referencesProvider": true,
      "documentHighlightProvider": true,
      "renameProvider": ["prepareProvider": true],
      "documentSymbolProvider": true,
      "foldingRangeProvider": true,
      "semanticTokensProvider": [
        "legend": [
          "tokenTypes": .array(WordKind.allCases.map { .string($0.name) }),
          "tokenModifiers": ["declaration", "defaultLibrary"],
        ],
        "full": true,
      ],
      "inlayHintProvider": true,
      "signatureHelpProvider": ["triggerCharacters": ["(", ","]],
      "codeActionProvider": ["codeActionKinds": ["quickfix"]],
      "documentFormattingProvider": true,
      "codeLensProvider": ["resolveProvider": false],
      "executeCommandProvider": ["commands": ["ringwalk.run"]],
    ]
  }

  static func position(_ json: JSONValue?) -> TextPosition? {
    guard let line = json?["line"]?.int, let character = json?["character"]?.int, line >= 0,
      character >= 0
    else { return nil }
    return TextPosition(line: line, character: character)
  }

  static func json(_ position: TextPosition) -> JSONValue {
    ["line": .integer(Int64(position.line)), "character": .integer(Int64(position.character))]
  }

  static func json(_ span: TextSpan) -> JSONValue {
    ["start": json(span.start), "end": json(span.end)]
  }

  static func json(_ range: SourceRange, in document: LanguageDocument) -> JSONValue {
    json(document.span(range))
  }

  /// A place with its file.
  static func location(
    _ range: SourceRange, in document: LanguageDocument, _ uri: String
  ) -> JSONValue? {
    guard let location = document.location(range) else { return nil }
    return [
      "uri": .string(location.file.map(FileURI.uri(of:)) ?? uri), "range": json(location.span),
    ]
  }

  // MARK: Diagnostics

  /// What is wrong with a text, and which expectations do not hold.
  func diagnostics(of document: LanguageDocument, _ uri: String) -> [JSONValue] {
    document.lesson.diagnostics.map { Self.json($0, in: document, uri) }
      + document.verdictMessages.map { verdict in
        [
          "range": Self.json(verdict.range, in: document),
          "severity": verdict.isAsSaid ? 2 : 1,
          "code": verdict.isAsSaid ? "vacuous" : "fails",
          "source": "ringwalk",
          "message": .string("\(verdict.title): \(verdict.message)"),
        ]
      }
  }

  static func json(
    _ diagnostic: Diagnostic, in document: LanguageDocument, _ uri: String
  ) -> JSONValue {
    let start = TextSpan(
      start: TextPosition(line: 0, character: 0), end: TextPosition(line: 0, character: 0))
    var span = start
    var related: [(Label, String)] = diagnostic.related.map { ($0, $0.text) }
    if let primary = diagnostic.primary {
      if let place = document.location(primary.range), place.file == nil {
        span = place.span
      } else {
        // It is about a file that the text includes.
        related.insert((primary, diagnostic.message), at: 0)
      }
    }
    var message = diagnostic.message
    if let text = diagnostic.primary?.text, !text.isEmpty { message += ": \(text)" }
    for note in diagnostic.notes { message += "\nnote: \(note)" }
    for fix in diagnostic.fixIts { message += "\nfix: \(fix.message)" }
    let severity: JSONValue =
      switch diagnostic.severity {
      case .error: 1
      case .warning: 2
      case .note: 3
      }
    var json: JSONValue = [
      "range": Self.json(span), "severity": severity,
      "code": .string(diagnostic.code.description), "source": "ringwalk",
      "message": .string(message),
    ]
    let places = related.compactMap { label, text in
      location(label.range, in: document, uri).map { place -> JSONValue in
        ["location": place, "message": .string(text.isEmpty ? "here" : text)]
      }
    }
    if !places.isEmpty { json["relatedInformation"] = .array(places) }
    return json
  }
}

/// The addresses of files, as editors write them.
enum FileURI {
  /// The path of a `file:` address; `nil` for others.
  static func path(of uri: String) -> String? {
    guard uri.lowercased().hasPrefix("file://") else { return nil }
    let rest = uri.dropFirst("file://".count)
    guard let slash = rest.firstIndex(of: "/") else { return nil }
    var bytes: [UInt8] = []
    var left = Array(rest[slash...].utf8)[...]
    while let byte = left.popFirst() {
      if byte == UInt8(ascii: "%"), left.count >= 2,
        let value = UInt8(String(decoding: left.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        left = left.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The address of a path.
  static func uri(of path: String) -> String {
    var out = path.hasPrefix("/") ? "file://" : "file:///"
    for byte in path.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        out += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
      }
    }
    return out
  }
}
