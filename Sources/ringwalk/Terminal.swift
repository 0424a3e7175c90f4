import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Standard output and standard error.
enum Terminal {
  /// Writes text to standard output.
  ///
  /// A reader that went away (`ringwalk run … | head`) ends the output without a word; any other
  /// failure is thrown, since output that is half there must not look like success.
  static func print(_ text: String) throws(OutputFailure) {
    try write(text, to: .standardOutput)
  }

  /// Writes text to standard error; nothing can be done when that fails.
  static func complain(_ text: String) {
    try? write(text, to: .standardError)
  }

  /// Whether messages are coloured: standard error is a terminal that can, and the user has not said
  /// no (https://no-color.org: NO_COLOR present and not empty).
  static let isColoured: Bool = {
    if let wish = environment("NO_COLOR"), !wish.isEmpty { return false }
    if environment("TERM") == "dumb" { return false }
    return isatty(FileDescriptor.standardError.rawValue) == 1
  }()

  /// The value of an environment variable.
  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  private static func write(_ text: String, to descriptor: FileDescriptor) throws(OutputFailure) {
    do {
      var text = text
      try text.withUTF8 { bytes in _ = try descriptor.writeAll(UnsafeRawBufferPointer(bytes)) }
    } catch let errno as SystemPackage.Errno where errno == .brokenPipe {
      return
    } catch {
      throw OutputFailure(reason: "\(error)")
    }
  }
}

/// Standard output takes no more: a full disk, for example.
struct OutputFailure: Error, CustomStringConvertible {
  /// The system's words.
  let reason: String
  var description: String { "cannot write to standard output: \(reason)" }
}
