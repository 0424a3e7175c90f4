import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `ringwalk run --tui`, on a terminal and without one.
@Suite(.serialized) struct TerminalTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.write("hello.walk", failing)
  }

  @Test func `without a terminal it says so, and does nothing else`() throws {
    let outcome = try folder.run("run", "hello.walk", "--tui")
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("--tui needs a terminal"), "\(outcome.errors)")
  }

  @Test(arguments: [["-"], ["hello.walk", "--format", "json"], ["hello.walk", "--stacks", "3"]])
  func `what does not go together is refused`(_ words: [String]) throws {
    let outcome =
      words.count == 1
      ? try folder.run("run", words[0], "--tui")
      : try folder.run("run", words[0], words[1], words[2], "--tui")
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--tui"), "\(outcome.errors)")
  }

  @Test func `keys move through the story, and the terminal is as it was afterwards`() throws {
    let terminal = try Terminal()
    let before = terminal.settings
    let process = try terminal.run("run", "hello.walk", "--tui", in: folder)
    try terminal.wait(for: "step 0 of ")
    #expect(terminal.settings != before)
    terminal.send("\u{1B}[F")
    try terminal.wait(for: "Nobody can run")
    terminal.send("?")
    try terminal.wait(for: "go to the step that is the cause")
    terminal.send("xq")
    terminal.drain(while: process)
    // As without --tui, the status tells what became of the claims.
    #expect(process.terminationReason == .exit && process.terminationStatus == 1)
    #expect(terminal.settings == before)
    #expect(terminal.text.hasPrefix("\u{1B}[?1049h"))
    #expect(terminal.text.hasSuffix("\u{1B}[?25h\u{1B}[?1049l"))
  }

  @Test func `another size is used at once`() throws {
    let terminal = try Terminal()
    let process = try terminal.run("run", "hello.walk", "--tui", in: folder)
    try terminal.wait(for: "step 0 of ")
    terminal.resize(40, 7)
    // The terminal is nobody's controlling terminal, so the signal is sent by hand.
    kill(process.processIdentifier, SIGWINCH)
    try terminal.wait(for: "? help  q quit" + String(repeating: " ", count: 26) + "\u{1B}[0m")
    terminal.send("\u{3}")
    terminal.drain(while: process)
    #expect(process.terminationStatus == 1)
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func `a signal ends it with the terminal as it was`(_ signal: Int32) throws {
    let terminal = try Terminal()
    let before = terminal.settings
    let process = try terminal.run("run", "hello.walk", "--tui", in: folder)
    try terminal.wait(for: "step 0 of ")
    kill(process.processIdentifier, signal)
    terminal.drain(while: process)
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == signal)
    #expect(terminal.settings == before)
    #expect(terminal.text.hasSuffix("\u{1B}[?25h\u{1B}[?1049l"))
  }

  @Test func `nothing is painted when the user wants no colour`() throws {
    let terminal = try Terminal()
    let process = try terminal.run(
      "run", "hello.walk", "--tui", in: folder, environment: ["NO_COLOR": "1"])
    try terminal.wait(for: "step 0 of ")
    terminal.send("q")
    terminal.drain(while: process)
    // The last one only switches off whatever there may be.
    let painted = terminal.text.matches(of: /\u{1B}\[([0-9;]*)m/).map { String($0.1) }
    #expect(painted == ["0"])
  }
}

/// A pseudo-terminal of 80 columns and 24 lines, with what was written to it.
private final class Terminal {
  struct Failure: Error, CustomStringConvertible { let description: String }

  private let near: FileHandle
  private let far: FileHandle
  private var bytes: [UInt8] = []

  init() throws {
    guard let (descriptor, name) = pseudoTerminal(), case let other = open(name, O_RDWR | O_NOCTTY),
      other >= 0
    else { throw Failure(description: "no pseudo-terminal") }
    near = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    far = FileHandle(fileDescriptor: other, closeOnDealloc: true)
    resize(80, 24)
  }

  /// What was written so far.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether it echoes and edits lines, and the rest of its settings.
  var settings: [UInt32] {
    var found = termios()
    tcgetattr(far.fileDescriptor, &found)
    return [found.c_iflag, found.c_oflag, found.c_cflag, found.c_lflag].map { UInt32($0) }
  }

  func resize(_ columns: UInt16, _ lines: UInt16) {
    var size = winsize(ws_row: lines, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(far.fileDescriptor, UInt(TIOCSWINSZ), &size)
  }

  func run(
    _ arguments: String..., in folder: Folder, environment: [String: String] = [:]
  ) throws -> Process {
    let process = Process()
    process.executableURL = try Folder.binary
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.environment = ProcessInfo.processInfo.environment
      .filter { $0.key != "NO_COLOR" }
      .merging(["TERM": "xterm-256color"]) { $1 }.merging(environment) { $1 }
    process.standardInput = far
    process.standardOutput = far
    process.standardError = far
    try process.run()
    return process
  }

  func send(_ text: String) { near.write(Data(text.utf8)) }

  /// Reads until something stands on the screen since the last wait.
  func wait(for wanted: String) throws {
    let start = bytes.count
    for _ in 0..<600 {
      read()
      if String(decoding: bytes[start...], as: UTF8.self).contains(wanted) { return }
    }
    throw Failure(description: "\(wanted) does not come: \(text.debugDescription)")
  }

  /// Reads until a process has ended; one that does not is killed.
  func drain(while process: Process) {
    for _ in 0..<600 where process.isRunning { read() }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    while read() {}
  }

  /// Reads what is there, or waits for a tenth of a second.
  @discardableResult
  private func read() -> Bool {
    var request = pollfd(fd: near.fileDescriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, 100) > 0 else { return false }
    let more = readSome(near.fileDescriptor)
    bytes += more
    return !more.isEmpty
  }
}

/// What can be read at once.
private func readSome(_ descriptor: Int32) -> [UInt8] {
  var buffer = [UInt8](repeating: 0, count: 4096)
  let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
  return Array(buffer.prefix(max(0, count)))
}

/// The near end of a new pseudo-terminal, and the path of the far one.
private func pseudoTerminal() -> (Int32, String)? {
  #if os(Linux)
    // What posix_openpt, unlockpt and ptsname do there, which Swift does not see.
    let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var lock: Int32 = 0
    var number: UInt32 = 0
    // TIOCSPTLCK and TIOCGPTN of asm-generic/ioctls.h.
    guard descriptor >= 0, ioctl(descriptor, 0x4004_5431, &lock) == 0,
      ioctl(descriptor, 0x8004_5430, &number) == 0
    else { return nil }
    return (descriptor, "/dev/pts/\(number)")
  #else
    let descriptor = posix_openpt(O_RDWR | O_NOCTTY)
    guard descriptor >= 0, grantpt(descriptor) == 0, unlockpt(descriptor) == 0,
      let name = ptsname(descriptor)
    else { return nil }
    return (descriptor, String(cString: name))
  #endif
}
