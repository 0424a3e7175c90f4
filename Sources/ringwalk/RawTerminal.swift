import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The signal that asks the program to end; 0 before it has come.
///
/// A signal handler may do next to nothing: it stores a number here, and the loop that waits for keys
/// looks at it. Only handlers write it while keys are waited for, so nothing is lost; a store that is
/// seen late, from another thread, is seen at the next look, a moment later.
nonisolated(unsafe) private var endingSignal: Int32 = 0
/// Whether the terminal has got another size since the loop last looked; in the same way.
nonisolated(unsafe) private var hasResized = false

/// A terminal that sends each key as it is pressed and shows one whole screen at a time.
///
/// From ``init()`` to ``restore()`` the terminal is in its alternate screen, without echo, line
/// editing and signals from keys; afterwards it is as it was. A program that is told to end while
/// this lasts restores the terminal first: see ``Event/ends(_:)``.
struct RawTerminal {
  /// What can happen while one waits.
  enum Event {
    case bytes([UInt8])
    /// The terminal has another size.
    case resized
    /// A signal asks the program to end; its default action is what should follow.
    case ends(Int32)
    /// Nobody is at the other end any more.
    case closed
  }

  private static let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
  private static let input = FileDescriptor.standardInput
  private static let output = FileDescriptor.standardOutput

  private let before: termios

  /// Whether standard input and output are a terminal that can move its cursor.
  static var isThere: Bool {
    !Terminal.isDumb && isatty(input.rawValue) == 1 && isatty(output.rawValue) == 1
  }

  /// Takes the terminal over; `nil` when it cannot be.
  init?() {
    var settings = termios()
    guard tcgetattr(Self.input.rawValue, &settings) == 0 else { return nil }
    before = settings
    Self.catchSignals()
    cfmakeraw(&settings)
    guard tcsetattr(Self.input.rawValue, TCSAFLUSH, &settings) == 0 else {
      Self.releaseSignals()
      return nil
    }
    // Alternate screen, no cursor, lines that are too long are cut.
    _ = write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l")
  }

  /// Gives the terminal back as it was.
  func restore() {
    _ = write("\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l")
    var settings = before
    _ = tcsetattr(Self.input.rawValue, TCSAFLUSH, &settings)
    Self.releaseSignals()
  }

  /// Columns and lines; 80 and 24 where the terminal does not say.
  var size: (width: Int, height: Int) {
    var size = winsize()
    let found = ioctl(Self.output.rawValue, UInt(TIOCGWINSZ), &size) == 0
    guard found, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Writes text; whether it was possible.
  func write(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 {
      (try? Self.output.writeAll(UnsafeRawBufferPointer($0))) != nil
    }
  }

  /// Waits until something happens.
  func wait() -> Event {
    while true {
      if let event = Self.signalEvent() { return event }
      var request = pollfd(fd: Self.input.rawValue, events: Int16(POLLIN), revents: 0)
      // A signal that comes just before this call, or in another thread, does not end it: so it
      // never waits for long.
      guard poll(&request, 1, 100) > 0 else { continue }
      var bytes = [UInt8](repeating: 0, count: 256)
      let count = bytes.withUnsafeMutableBytes { try? Self.input.read(into: $0) }
      guard let count else {
        if let event = Self.signalEvent() { return event }
        return .closed
      }
      return count == 0 ? .closed : .bytes(Array(bytes.prefix(count)))
    }
  }

  /// Ends the program as the signal would have, had it not been caught.
  static func end(by number: Int32) {
    _ = signal(number, SIG_DFL)
    // The threads of the task pool have signals blocked, and this may be one of them.
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, number)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(number)
  }

  private static func signalEvent() -> Event? {
    if endingSignal != 0 { return .ends(endingSignal) }
    guard hasResized else { return nil }
    hasResized = false
    return .resized
  }

  private static func catchSignals() {
    for number in ending { _ = signal(number) { endingSignal = $0 } }
    _ = signal(SIGWINCH) { _ in hasResized = true }
    // Being stopped from outside would leave the shell with a raw terminal.
    _ = signal(SIGTSTP, SIG_IGN)
  }

  private static func releaseSignals() {
    for number in ending + [SIGWINCH, SIGTSTP] { _ = signal(number, SIG_DFL) }
    endingSignal = 0
    hasResized = false
  }
}
