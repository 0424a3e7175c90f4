import ArgumentParser
import Lesson
import SourceText
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
  /// A reader that went away (`ringwalk run … | head`) ends the output without a word. Any other
  /// failure, a full disk for example, ends the command with status 2: output that is half there must
  /// not look like success.
  static func print(_ text: String) throws {
    var text = text
    try text.withUTF8 { try print(UnsafeRawBufferPointer($0)) }
  }

  /// Writes bytes to standard output.
  static func print(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try print($0) }
  }

  private static func print(_ bytes: UnsafeRawBufferPointer) throws {
    do {
      _ = try FileDescriptor.standardOutput.writeAll(bytes)
    } catch let errno as SystemPackage.Errno where errno == .brokenPipe {
      return
    } catch {
      complain(.unwritableFile("standard output", reason: FileFailure(error).reason))
      throw ExitCode(ExitStatus.broken.rawValue)
    }
  }

  /// Writes text to standard error; nothing can be done when that fails.
  static func complain(_ text: String) {
    var text = text
    text.withUTF8 {
      _ = try? FileDescriptor.standardError.writeAll(UnsafeRawBufferPointer($0))
    }
  }

  /// Writes a message without a place to standard error.
  static func complain(_ diagnostic: Diagnostic) {
    complain(DiagnosticRenderer(isColoured: isColoured).render(diagnostic, in: SourceSet()) + "\n")
  }

  /// Writes a message about a file to standard error.
  static func complain(_ diagnostic: Diagnostic, in sources: SourceSet) {
    complain(DiagnosticRenderer(isColoured: isColoured).render(diagnostic, in: sources) + "\n")
  }

  /// Whether messages are coloured: standard error is a terminal that can, and the user has not said
  /// no.
  static let isColoured: Bool =
    allowsColour && !isDumb && isatty(FileDescriptor.standardError.rawValue) == 1

  /// Whether the user has not said no to colour (https://no-color.org: NO_COLOR present and not
  /// empty).
  static let allowsColour: Bool = environment("NO_COLOR").map(\.isEmpty) ?? true

  /// Whether the terminal cannot move its cursor.
  static let isDumb: Bool = environment("TERM") == "dumb"

  /// The value of an environment variable.
  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
