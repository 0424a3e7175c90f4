/// Why an included file cannot be had.
public enum IncludeFailure: Error, Sendable, Hashable {
  /// It lies outside of the folder, possibly behind a symbolic link.
  case outside
  /// The system's words: no such file, permission denied.
  case unreadable(String)
}

/// Reads a file that a script includes.
///
/// Also reads the pictures and files that links name. A path that ends in `/` asks for the names of the
/// files in that folder, each on a line, for messages about names that are misspelt.
///
/// The path is relative to the folder of the lesson, with `/` between its parts and without `.` and
/// `..`. A reader answers with the bytes, at most ``LessonLimits/fileBytes`` and one more, and refuses
/// what symbolic links lead out of the folder.
public typealias IncludeReader = (String) throws(IncludeFailure) -> [UInt8]

/// How large a lesson may be.
public enum LessonLimits {
  /// Bytes of one file. cmark needs some 150 bytes of memory for each bracket of a hostile line, so
  /// this keeps any lesson below 400 MB.
  public static let fileBytes = 2 << 20
  /// Bytes of front matter.
  public static let frontMatterBytes = 16 << 10
  /// Includes within includes.
  public static let includeDepth = 16
  /// Includes of one lesson, counting each time a file comes in.
  public static let includeCount = 256
  /// Bytes of all files together, counting each time one comes in.
  public static let includedBytes = 64 << 20
  /// The runs of one lesson together may take so many times what one may.
  static let runsPerLesson = 8
  /// Diagnostics of one lesson; more would help nobody.
  static let diagnostics = 200
}
