import Foundation
import TestSupport
import Testing

/// Threat 58: whatever stops an import, the book is right afterwards, and going on makes it the same as if
/// nothing had happened.
@Suite("Threat 58: imports that are stopped")
struct BookCrashTests {
  let folder: Folder
  let undisturbed: String

  init() throws {
    folder = try Folder()
    try folder.write(
      "results.jsonl",
      (0..<2_000).map { resultLine("student\($0)", Int64($0 % 11)) + "\n" }.joined())
    #expect(try folder.run("book", "import", "undisturbed.sqlite", "results.jsonl").status == 0)
    undisturbed = try folder.head(of: "undisturbed.sqlite")
  }

  @Test func `killed twenty times, a book ends as one that was not`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    var killed = 0
    var lengths: Set<String> = []
    for _ in 0..<20 {
      // From a new book again and again, so that all stages are met: also its very beginning.
      if Int.random(in: 0..<4, using: &random) == 0 {
        for name in ["", "-wal", "-shm"] {
          try? FileManager.default.removeItem(atPath: folder.path("grades.sqlite\(name)"))
        }
      }
      let process = try folder.start("book", "import", "grades.sqlite", "results.jsonl")
      usleep(UInt32.random(in: 20_000...500_000, using: &random))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal { killed += 1 }
      guard FileManager.default.fileExists(atPath: folder.path("grades.sqlite")) else { continue }
      let verified = try folder.run("book", "verify", "grades.sqlite")
      #expect(verified.status == 0, "seed \(seed): \(verified.errors)")
      lengths.insert(verified.output)
    }
    // Else this has shown nothing.
    #expect(killed >= 10, "seed \(seed)")
    #expect(lengths.count >= 2, "seed \(seed)")
    let last = try folder.run("book", "import", "grades.sqlite", "results.jsonl")
    #expect(last.status == 0, "seed \(seed): \(last.errors)")
    #expect(try folder.head(of: "grades.sqlite") == undisturbed, "seed \(seed)")
  }

  /// A limit on the size of files is what a full disk is to a process.
  @Test func `stopped by a limit on files, a book says so and can be gone on with`() throws {
    var complaint = ""
    for kibibytes in [1, 40, 300] {
      let process = try folder.start(
        "book", "import", "grades.sqlite", "results.jsonl",
        // The limit counts 512 bytes in a POSIX shell; its signal is ignored, as by programs that want the error.
        shell: "trap '' XFSZ; ulimit -f \(kibibytes * 2); exec 2>complaint;")
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 2)
      complaint = try folder.text("complaint")
      #expect(complaint.contains("cannot write grades.sqlite"), "\(complaint)")
      guard FileManager.default.fileExists(atPath: folder.path("grades.sqlite")) else { continue }
      #expect(try folder.run("book", "verify", "grades.sqlite").status == 0)
    }
    #expect(complaint.contains("the disk may be full"), "\(complaint)")
    #expect(try folder.run("book", "import", "grades.sqlite", "results.jsonl").status == 0)
    #expect(try folder.head(of: "grades.sqlite") == undisturbed)
  }
}
