import Foundation
import TestSupport
import Testing

/// Inputs that are no lessons at all, or that would take all there is.
///
/// Each run has a minute of processor time and 4 GiB of address space; see ``Folder/run``.
@Suite("Bad input")
struct BadInputTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  /// Checks that an input is refused with a code at a place, and that its neighbour is done.
  private func expect(
    _ name: String, _ code: String, at place: String?, _ limits: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try folder.write("neighbour.walk", holding)
    let outcome = try folder.run("check", name, "neighbour.walk")
    #expect(outcome.status == 2, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.codes.contains(code), "\(outcome.errors)", sourceLocation: sourceLocation)
    if let place {
      #expect(
        outcome.errors.contains("\(name):\(place)"), "\(outcome.errors)",
        sourceLocation: sourceLocation)
    }
    for limit in limits {
      #expect(outcome.errors.contains(limit), "\(outcome.errors)", sourceLocation: sourceLocation)
    }
    #expect(
      outcome.output.contains("neighbour.walk: 1 holds"), "\(outcome.output)",
      sourceLocation: sourceLocation)
    #expect(outcome.errors.utf8.count < 100_000, sourceLocation: sourceLocation)
  }

  @Test func `a missing file`() throws {
    try expect("nowhere.md", "W0001", at: nil, "nowhere.md: no such file or directory")
  }

  @Test func `a folder where a file is wanted`() throws {
    try folder.write("folder/one.walk", holding)
    let outcome = try folder.run("run", "folder")
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0001"])
    #expect(outcome.errors.contains("it is a folder"))
  }

  @Test func `an unreadable file`() throws {
    // Root may read everything; /proc has a file that not even root can.
    let path =
      getuid() == 0 ? "/proc/self/mem" : folder.path(try folder.write("secret.md", "secret"))
    if getuid() != 0 {
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    }
    guard FileManager.default.fileExists(atPath: path) else { return }
    try expect(path, "W0001", at: nil)
  }

  @Test func `bytes that are not UTF-8`() throws {
    try folder.write("latin.md", Array("# Caf".utf8) + [0xE9, 0x0A])
    try expect("latin.md", "W0004", at: "1:6", "byte 0xE9")
  }

  @Test func `NUL bytes`() throws {
    try folder.write("nul.walk", Array("run\nru".utf8) + [0, 0x0A])
    try expect("nul.walk", "W0003", at: "2:3")
  }

  @Test func `CRLF and a byte-order mark are no mistakes`() throws {
    try folder.write("windows.walk", "\u{FEFF}" + holding.replacing("\n", with: "\r\n"))
    #expect(try folder.run("check", "windows.walk").status == 0)
  }

  @Test func `an unterminated string`() throws {
    try folder.write("string.walk", holding.replacing("\\n\",", with: "\\n,"))
    let outcome = try folder.run("check", "string.walk")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("string.walk:1:"))
  }

  @Test func `an unterminated fence`() throws {
    try folder.write("fence.md", "# Title\n\n```walk\n\(holding)\n")
    try expect("fence.md", "W0013", at: "3:1")
  }

  @Test func `an unterminated block`() throws {
    try folder.write("block.walk", "program p { exit(0)\nstart p\nrun\n")
    let outcome = try folder.run("check", "block.walk")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("block.walk:1:"), "\(outcome.errors)")
  }

  @Test(arguments: ["{", "(", "[", "if 1 {", "while ("])
  func `ten thousand nested brackets`(_ bracket: String) throws {
    try folder.write(
      "deep.walk", "program p { " + String(repeating: bracket + " ", count: 10_000) + "\n")
    let outcome = try folder.run("check", "deep.walk")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("deep.walk:1:"))
    #expect(outcome.errors.utf8.count < 100_000)
  }

  @Test func `ten thousand nested quotes around a fence`() throws {
    let quotes = String(repeating: "> ", count: 10_000)
    try folder.write("quotes.md", "\(quotes)```walk\n\(quotes)run\n")
    let outcome = try folder.run("check", "quotes.md")
    #expect([0, 2].contains(outcome.status), "\(outcome.errors.prefix(2_000))")
  }

  @Test(arguments: ["md", "walk"])
  func `a line of 50 MB`(_ ending: String) throws {
    try folder.write("long.\(ending)", [UInt8](repeating: 0x78, count: 50_000_000))
    try expect("long.\(ending)", "W0002", at: nil, "2 MiB")
  }

  @Test func `a line of 2 MB`() throws {
    try folder.write("long.walk", [UInt8](repeating: 0x78, count: 2_000_000))
    let outcome = try folder.run("check", "long.walk")
    #expect(outcome.status == 2)
    #expect(outcome.errors.utf8.count < 100_000)
    // Brackets are what costs a Markdown parser most.
    try folder.write("brackets.md", [UInt8](repeating: 0x5B, count: 2_000_000))
    #expect(try folder.run("check", "brackets.md").status == 0)
  }

  @Test func `a file that never ends`() throws {
    guard FileManager.default.fileExists(atPath: "/dev/zero") else { return }
    try expect("/dev/zero", "W0002", at: nil, "2 MiB")
  }

  @Test func `an endless program`() throws {
    try folder.write("endless.walk", "program p { while 1 {} }\nstart p\nrun\nexpect p exits 0\n")
    try expect("endless.walk", "W0501", at: "3:1", "limit of 20000000 instructions")
  }

  @Test func `a program that opens files for ever`() throws {
    try folder.write(
      "opens.walk",
      "file \"/tmp/f\" { text \"x\" }\nprogram p { while 1 { open(\"/tmp/f\", O_RDONLY) } }\n"
        + "start p\nrun\n")
    try expect("opens.walk", "W0501", at: "4:1", "recorded events")
  }

  @Test func `a program that fills memory`() throws {
    try folder.write(
      "memory.walk",
      """
      machine x86_64 { memory 1MiB }
      program p {
        bss big 8MiB
        let i = 0
        while i < 8388608 { big[i] = 1
          i = i + 4096 }
      }
      start p
      run
      """)
    let outcome = try folder.run("check", "memory.walk")
    // The kernel kills the process, as Linux does: the machine is out of memory, the lesson is not.
    #expect([0, 2].contains(outcome.status), "\(outcome.errors)")
    #expect(outcome.errors.utf8.count < 100_000)
  }

  @Test func `a program that prints without end`() throws {
    try folder.write(
      "prints.walk", "program p { while 1 { write(1, \"yes\\n\", 4) } }\nstart p\nrun\n")
    let outcome = try folder.run("run", "prints.walk", "--limit-output", "1000")
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0501"])
    #expect(outcome.errors.contains("1000 bytes of output"))
    #expect(outcome.errors.contains("prints.walk:3:1"))
  }

  @Test func `a program that forks itself`() throws {
    // Each child forks as well, until the task table is full; a limit ends the run.
    try folder.write("fork.walk", "program p { while 1 { fork() } }\nstart p\nrun\n")
    let outcome = try folder.run("check", "fork.walk")
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0501"])
    #expect(outcome.errors.contains("fork.walk:3:1"))
  }

  @Test func `many endless scenarios cost little more than a few`() throws {
    let fence = "```walk\nprogram p { while 1 { getpid() } }\nstart p\nrun\n```\n\n"
    try folder.write("many.md", String(repeating: fence, count: 40))
    let outcome = try folder.run("check", "many.md", "--limit-events", "20000")
    #expect(outcome.status == 2)
    #expect(outcome.codes.count == 40)
  }

  @Test(arguments: ["steps", "time", "events", "output"])
  func `limits are numbers from 1 on`(_ limit: String) throws {
    try folder.write("holds.walk", holding)
    for value in ["0", "-1", "x", "99999999999999999999"] {
      #expect(try folder.run("run", "holds.walk", "--limit-\(limit)=\(value)").status == 64)
    }
  }

  @Test func `includes never leave the folder`() throws {
    try folder.write("secret.walk", "program p { exit(0) }\n")
    try folder.write("course/inner/world.walk", "program p { exit(0) }\n")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("course/link.walk"), withDestinationPath: "../secret.walk")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("course/up"), withDestinationPath: "..")
    for path in [
      "../secret.walk", "/etc/passwd", "link.walk", "up/secret.walk", "inner/../../secret.walk",
    ] {
      try folder.write("course/a.walk", "include \"\(path)\"\nstart p\nrun\n")
      let outcome = try folder.run("check", "course/a.walk")
      #expect(outcome.status == 2)
      #expect(outcome.codes.first == "W0023", "\(path): \(outcome.errors)")
    }
    try folder.write(
      "course/a.walk", "include \"inner/world.walk\"\nstart p\nrun\nexpect p exits 0\n")
    #expect(try folder.run("check", "course/a.walk").status == 0)
    try folder.write("course/a.walk", "include \"nowhere.walk\"\nrun\n")
    #expect(try folder.run("check", "course/a.walk").codes.first == "W0024")
  }
}
