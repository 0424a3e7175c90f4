import Handout
import SourceText

/// How pages that were rendered before differ from those of now.
struct PageComparison {
  /// How much of all differences is printed, and of one page's.
  private static let lineLimit = 400
  private static let lineLimitOfPage = 40
  private static let scalarLimit = 200
  /// Larger files are not read.
  private static let byteLimit = 64 << 20

  private let folder: String
  let format: HandoutFormat
  /// The files in the folder that may be pages, or lie beside them.
  private let names: [String]
  private var made: Set<String> = []
  private var findings: [(name: String, text: String)] = []
  /// Pages of which only sheets or scripts differ.
  private var lookCount = 0
  private var pageCount = 0
  private var lineCount = 0

  /// Whether a reader would find something else.
  var isDifferent: Bool { !findings.isEmpty }

  /// - Throws: When the folder cannot be read, or has no pages.
  init(_ folder: String) throws(FileFailure) {
    self.folder = folder
    let names = try FileSystem.entries(of: folder).filter { !$0.hasPrefix(".") }
    self.names = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let found = HandoutFormat.allCases.first { format in
      names.contains { $0.hasSuffix(".\(format.fileExtension)") }
    }
    guard let found else { throw FileFailure("there are no handouts in it") }
    format = found
  }

  /// Holds a file that would be written now against the one that is there.
  mutating func add(_ file: HandoutFile) {
    guard made.insert(file.name).inserted else { return }
    let isPage = file.name.hasSuffix(".\(format.fileExtension)")
    if isPage { pageCount += 1 }
    guard names.contains(file.name) else {
      findings.append((file.name, "new\n"))
      return
    }
    do throws(FileFailure) {
      let old = try FileSystem.read("\(folder)/\(file.name)", limit: Self.byteLimit)
      guard old != file.bytes else { return }
      guard isPage else {
        findings.append((file.name, "a picture that differs\n"))
        return
      }
      compare(file.name, old, file.bytes)
    } catch {
      findings.append((file.name, "cannot be read: \(error.reason)\n"))
    }
  }

  private mutating func compare(_ name: String, _ old: [UInt8], _ new: [UInt8]) {
    let isHTML = format == .html
    let (before, after) = (
      isHTML ? ReaderText(html: old) : ReaderText(text: old),
      isHTML ? ReaderText(html: new) : ReaderText(text: new)
    )
    guard before.lines != after.lines else {
      if before.body == after.body {
        lookCount += 1
      } else {
        findings.append((name, "the same words; pictures, steps or markup differ\n"))
      }
      return
    }
    let text = LineDifference.unified(
      from: Self.text(before), to: Self.text(after), oldName: "", newName: "")
    // The names stand in the head line already.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2)
      .dropLast()
    let limit = max(0, min(Self.lineLimitOfPage, Self.lineLimit - lineCount))
    let shown = lines.prefix(limit).map { "    \(Self.cut(String($0)))\n" }.joined()
    lineCount += min(limit, lines.count)
    let rest = lines.count - min(limit, lines.count)
    let more = rest > 0 ? "    ... and \(rest) more \(rest == 1 ? "line" : "lines")\n" : ""
    findings.append((name, "differs\n" + shown + more))
  }

  private static func text(_ page: ReaderText) -> [UInt8] {
    page.lines.flatMap { Array($0.utf8) + [0x0A] }
  }

  private static func cut(_ line: String) -> String {
    let shown = line.unicodeScalars.prefix(scalarLimit)
    let isCut = shown.endIndex < line.unicodeScalars.endIndex
    return DiagnosticRenderer.printable(String(shown)) + (isCut ? " …" : "")
  }

  /// Ends the comparison: whatever was not made by now is not made any more.
  mutating func finish() {
    for name in names where name.hasSuffix(".\(format.fileExtension)") && !made.contains(name) {
      findings.append((name, "not made any more\n"))
    }
    findings.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// What was found, page by page in order of their names, and in the end how many there are.
  var report: String {
    var out = ""
    for (name, text) in findings { out += "\(DiagnosticRenderer.printable(name)): \(text)" }
    let pages = "\(pageCount) \(pageCount == 1 ? "page" : "pages")"
    out += "\(DiagnosticRenderer.printable(folder)): \(pages), "
    switch findings.count {
    case 0: out += "none differs"
    case 1: out += "1 differs"
    default: out += "\(findings.count) differ"
    }
    if lookCount > 0 { out += "; \(lookCount) with another look or script alone" }
    return out + "\n"
  }
}
