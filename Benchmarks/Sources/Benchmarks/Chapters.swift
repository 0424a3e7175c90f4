/// A book of prose without fences: 300 chapters of about 6 kB.
///
/// Made of a small vocabulary by a fixed generator, so it is the same on every machine, and with the
/// mixture that chapters have: paragraphs with emphasis, code and links, lists, quotes, code blocks.
enum Chapters {
  static let all: [[UInt8]] = (0..<300).map { Array(chapter($0).utf8) }

  static let byteCount = all.reduce(0) { $0 + $1.count }

  private static let words = """
    the a process kernel page table memory disk interrupt scheduler file descriptor system call \
    mode user address space thread lock wait queue cache block inode directory path name buffer \
    register stack frame fault signal handler device driver request sleeps wakes runs returns \
    copies reads writes opens closes maps switches because when while before after until and or \
    not every no one two which that its their is are was has
    """.split(separator: " ").map(String.init)

  private struct Generator {
    var state: UInt64

    mutating func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }

    mutating func sentence() -> String {
      var parts: [String] = []
      for _ in 0..<(8 + next(12)) {
        let word = words[next(words.count)]
        switch next(24) {
        case 0: parts.append("*\(word)*")
        case 1: parts.append("`\(word)`")
        case 2: parts.append("[\(word)](https://example.org/\(word))")
        case 3: parts.append("**\(word)**")
        default: parts.append(word)
        }
      }
      return parts.joined(separator: " ") + "."
    }

    mutating func paragraph() -> String {
      (0..<(3 + next(4))).map { _ in sentence() }.joined(separator: "\n") + "\n"
    }
  }

  private static func chapter(_ number: Int) -> String {
    var dice = Generator(state: UInt64(number) &* 7_919 &+ 17)
    var text = "# Chapter \(number + 1)\n"
    while text.utf8.count < 5_900 {
      text += "\n"
      switch dice.next(10) {
      case 0: text += "## \(words[dice.next(words.count)]) and \(words[dice.next(words.count)])\n"
      case 1: for _ in 0..<4 { text += "- \(dice.sentence())\n" }
      case 2: text += "> \(dice.sentence())\n> \(dice.sentence())\n"
      case 3: text += "```c\nint fd = open(\"foo\", O_RDONLY);\nread(fd, buffer, 5);\n```\n"
      default: text += dice.paragraph()
      }
    }
    return text
  }
}
