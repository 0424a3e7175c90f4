import SourceText
import WalkSyntax

extension Benchmarks {
  /// Programs, a timeline and claims, as lessons have them; names differ from part to part.
  private static func part(_ number: Int) -> String {
    """
    file "/home/ada/foo\(number)" { owner ada, mode 0644, text "hello\\n" }
    program editor\(number) { # opens, reads, ends
        bss buf 4KiB
        let fd = open("foo\(number)", O_RDONLY | O_CLOEXEC)
        if fd < 0 && errno == ENOENT { exit(1) } else { exit(fd * 2 + \(number)) }
        while fd < 100 { fd = fd + read(fd, buf, 5) }
    }
    start editor\(number) as ada in "/home/ada" nice 5 at 2ms
    run until editor\(number) sleeps
    expect sda interrupts then editor\(number) wakes then open by editor\(number) returns 3
    expect at end editor\(number).exit == 0 and sda.reads >= 1
    expect exactly 2 of (editor\(number) sleeps or editor\(number) wakes) while not counter runs


    """
  }

  /// Whether the time for a byte depends on how many there are.
  static func parsing() {
    print("scripts, from bytes to trees and these given up again, processor time:")
    var text: [UInt8] = []
    var number = 0
    var first: Double?
    for megabytes in [1, 10, 100] {
      while text.count < megabytes * 1_000_000 {
        text += Array(part(number).utf8)
        number += 1
      }
      let fragment = SourceFragment(
        SourceFile(name: "bench.walk", bytes: text), id: FileID(rawValue: 0))
      var statements = 0
      let time = leastProcessorTime(of: 3) {
        let script = WalkParser.parse(fragment, limit: text.count)
        precondition(script.diagnostics.isEmpty)
        statements = script.statements.count
      }
      let perByte = time * 1e9 / Double(text.count)
      report(
        "  \(megabytes) MB, \(short(Double(statements), "statements"))",
        "\(short(perByte, "ns/byte")), \(short(perByte / (first ?? perByte), "times"))")
      first = first ?? perByte
    }
    print("")
  }
}
