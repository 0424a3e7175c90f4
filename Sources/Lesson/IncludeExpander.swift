import SourceText
import WalkSemantics
import WalkSyntax

/// Puts included files where `include` stands.
///
/// A script with includes becomes several parts of one scenario: what stands before, the file, what
/// stands behind. Each part keeps its own fragment, so that every range still leads to its text.
struct IncludeExpander {
  /// All files of the lesson; included ones are added, each once.
  var sources: SourceSet
  /// What was wrong with includes and in the included files' syntax.
  var diagnostics: [Diagnostic] = []

  let reader: IncludeReader
  /// The lesson's folder as the user wrote it, with a slash at its end; names of included files
  /// begin with it.
  private let folder: String
  private var scripts: [String: ScriptSyntax] = [:]
  private var count = 0
  private var byteCount = 0

  init(sources: SourceSet, name: String, reader: @escaping IncludeReader) {
    self.sources = sources
    self.reader = reader
    folder = name.lastIndex(of: "/").map { String(name[...$0]) } ?? ""
    rootName = name.lastIndex(of: "/").map { String(name[name.index(after: $0)...]) } ?? name
  }

  private let rootName: String

  /// The parts that a script becomes.
  mutating func parts(_ script: ScriptSyntax, role: FenceRole) -> [ScenarioPart] {
    expand(script, role: role, path: rootName, trail: [rootName])
  }

  private mutating func expand(
    _ script: ScriptSyntax, role: FenceRole, path: String, trail: [String]
  ) -> [ScenarioPart] {
    guard script.statements.contains(where: { if case .include = $0 { true } else { false } })
    else { return [ScenarioPart(role: role, script: script)] }
    var parts: [ScenarioPart] = []
    var pending: [StatementSyntax] = []
    func flush() {
      guard !pending.isEmpty else { return }
      var part = script
      part.statements = pending
      parts.append(ScenarioPart(role: role, script: part))
      pending = []
    }
    for statement in script.statements {
      guard case .include(let name, _) = statement else {
        pending.append(statement)
        continue
      }
      flush()
      guard let (included, includedPath) = read(name, from: path, trail: trail) else { continue }
      parts += expand(included, role: role, path: includedPath, trail: trail + [includedPath])
    }
    flush()
    return parts.isEmpty ? [ScenarioPart(role: role, script: emptied(script))] : parts
  }

  private func emptied(_ script: ScriptSyntax) -> ScriptSyntax {
    var script = script
    script.statements = []
    return script
  }

  /// The script behind the path of an `include`, and its path from the lesson's folder.
  private mutating func read(_ name: StringSyntax, from path: String, trail: [String]) -> (
    ScriptSyntax, String
  )? {
    guard let target = Self.resolve(name.text, from: path) else {
      diagnostics.append(.includeOutside(at: name.range))
      return nil
    }
    if let first = trail.firstIndex(of: target) {
      diagnostics.append(.includeCycle(at: name.range, files: Array(trail[first...]) + [target]))
      return nil
    }
    guard trail.count <= LessonLimits.includeDepth else {
      diagnostics.append(
        .includeBounds("\(LessonLimits.includeDepth) files within each other", at: name.range))
      return nil
    }
    count += 1
    guard count <= LessonLimits.includeCount else {
      if count == LessonLimits.includeCount + 1 {
        diagnostics.append(
          .includeBounds("\(LessonLimits.includeCount) includes in a lesson", at: name.range))
      }
      return nil
    }
    if let known = scripts[target] {
      guard mayAdd(known.fragment.bytes.count, at: name.range) else { return nil }
      return (known, target)
    }
    let bytes: [UInt8]
    do {
      bytes = try reader(target)
    } catch {
      switch error {
      case .outside: diagnostics.append(.includeOutside(at: name.range))
      case .unreadable(let reason):
        diagnostics.append(.includeUnreadable(reason, at: name.range))
      }
      return nil
    }
    guard mayAdd(bytes.count, at: name.range) else { return nil }
    let file = SourceFile(name: folder + target, bytes: bytes)
    let id = sources.add(file)
    if let problem = FileChecks.problem(in: file, id: id) {
      diagnostics.append(problem)
      return nil
    }
    let script = WalkParser.parse(SourceFragment(file, id: id))
    diagnostics += script.diagnostics
    scripts[target] = script
    return (script, target)
  }

  private mutating func mayAdd(_ bytes: Int, at range: SourceRange) -> Bool {
    byteCount += bytes
    if byteCount <= LessonLimits.includedBytes { return true }
    diagnostics.append(
      .includeBounds("\(LessonLimits.includedBytes >> 20) MiB in all", at: range))
    return false
  }

  /// The path from the lesson's folder that a path in a file means; `nil` when it leads outside, is
  /// absolute or no path.
  static func resolve(_ path: String, from including: String) -> String? {
    guard !path.isEmpty, path.utf8.first != 0x2F, path.utf8.count <= 1024,
      !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x5C })
    else { return nil }
    var parts = including.split(separator: "/").dropLast().map(String.init)
    for part in path.split(separator: "/") where part != "." {
      if part == ".." {
        guard parts.popLast() != nil else { return nil }
      } else {
        parts.append(String(part))
      }
    }
    return parts.isEmpty ? nil : parts.joined(separator: "/")
  }
}
