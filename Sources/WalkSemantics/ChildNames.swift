import Catalogue
import Program
import SourceText
import Trace
import WalkSyntax

// What processes fork: `shell.child`, `shell.child2`, `shell.child.child`.
extension Checker {
  /// The calls that make a process.
  private static let forks = ["fork", "vfork", "clone"]

  /// Whether a program may fork, by itself or by a number that nobody knows beforehand.
  private static func mayFork(_ image: ProgramImage) -> Bool {
    let calls = forks.compactMap { SystemCall.named($0) }.map { Int32($0.rawValue) }
    return image.instructions.contains {
      $0.opcode == .systemCall && ($0.immediate < 0 || calls.contains($0.immediate))
    }
  }

  /// Keeps task numbers for the children that the script names, and for the first one of each
  /// process whose program forks, of which values in the text may speak.
  mutating func reserveChildren() {
    var wanted = writtenChildren()
    let forking = images.map(Self.mayFork)
    for process in processes {
      guard let program = process.program, forking.indices.contains(program), forking[program],
        !wanted.contains(where: { $0.names.prefix(2) == [process.name, "child"] })
      else { continue }
      wanted.append(([process.name, "child"], process.range))
    }
    for (names, range) in wanted {
      guard processes.contains(where: { $0.name == names[0] }) else { continue }
      // It gets its number all the same, so that this is the only message.
      // Who has to write the program has to find out that it forks.
      if !forking.contains(true), studentPrograms.isEmpty {
        report(.nobodyForks(Name(names.joined(separator: "."), range)))
      }
      for count in 2...names.count {
        let name = names.prefix(count).joined(separator: ".")
        let parentName = names.prefix(count - 1).joined(separator: ".")
        guard !processes.contains(where: { $0.name == name }),
          let parent = processes.first(where: { $0.name == parentName })
        else { continue }
        guard processes.count < Limits.processes else {
          if reported.insert("processes").inserted {
            report(.limitReached("processes", limit: "\(Limits.processes)", at: range))
          }
          return
        }
        let id = TaskID(rawValue: UInt16(processes.count + 1))
        children.append(
          ChildConfiguration(
            name: name, parent: parent.id, ordinal: Self.ordinal(names[count - 1]), id: id))
        processes.append(
          ScenarioScope.Process(name: name, id: id, program: parent.program, range: range))
      }
    }
  }

  /// `child` is the first, `child2` the second; 0 and 1 are not written.
  static func ordinal(_ word: String) -> Int {
    word == "child" ? 1 : Int(word.dropFirst(5)) ?? 0
  }

  static func isChild(_ word: String) -> Bool {
    guard word.hasPrefix("child") else { return false }
    return word == "child" || (2...999).contains(ordinal(word)) && word == "child\(ordinal(word))"
  }

  /// The children that the script speaks of, in the order written.
  private func writtenChildren() -> [(names: [String], range: SourceRange)] {
    var found: [(names: [String], range: SourceRange)] = []
    for part in parts {
      let fragment = part.script.fragment
      // Tokens without space, so that neighbours are what they look like.
      let tokens = part.script.tokens.filter { $0.kind != .space }
      func text(_ index: Int) -> String {
        guard tokens.indices.contains(index) else { return "" }
        return String(
          decoding: fragment.bytes[tokens[index].lower..<tokens[index].upper], as: UTF8.self)
      }
      for index in tokens.indices where text(index + 1) == "." && Self.isChild(text(index + 2)) {
        // The head of a chain, not a link of it.
        guard tokens[index].kind == .name || tokens[index].kind == .keyword,
          index == 0 || text(index - 1) != "."
        else { continue }
        var names = [text(index)]
        var last = index
        while text(last + 1) == ".", Self.isChild(text(last + 2)), names.count < 16 {
          names.append(text(last + 2))
          last += 2
        }
        if !found.contains(where: { $0.names == names }) {
          found.append((names, fragment.range(tokens[index].lower, tokens[last].upper)))
        }
      }
    }
    return found
  }
}
