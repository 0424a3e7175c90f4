public import Grades

/// What a student has handed in.
public struct Submission: Sendable {
  /// Whose it is, and for which task.
  public var key: SubmissionKey
  /// The script, as it came.
  public var source: [UInt8]

  /// Makes one.
  public init(key: SubmissionKey, source: [UInt8]) {
    self.key = key
    self.source = source
  }
}

/// How large submissions may be.
public enum SubmissionLimits {
  /// Bytes.
  public static let bytes = 256 << 10
  /// Lines.
  public static let lines = 10_000
  /// Messages of the compiler that a result holds.
  public static let messages = 20
}

/// What is wrong with the bytes of a submission, before anybody reads them as a script.
struct SubmissionText {
  /// The text without a byte-order mark.
  let bytes: [UInt8]

  /// Why it is no text, with a sentence.
  struct Problem: Error {
    let reason: GradeResult.Reason
    let message: String
  }

  /// What programs write at the beginning of their files.
  private static let marks: [(bytes: [UInt8], what: String)] = [
    ([0x50, 0x4B, 0x03, 0x04], "a zip archive"), ([0x1F, 0x8B], "a gzip archive"),
    ([0x7F, 0x45, 0x4C, 0x46], "a program"), ([0x25, 0x50, 0x44, 0x46], "a PDF"),
    ([0x89, 0x50, 0x4E, 0x47], "a picture"), ([0xFF, 0xD8, 0xFF], "a picture"),
    ([0xD0, 0xCF, 0x11, 0xE0], "a document of an office program"),
  ]

  init(_ source: [UInt8]) throws(Problem) {
    for mark in Self.marks where source.starts(with: mark.bytes) {
      throw Problem(
        reason: .binary, message: "This is \(mark.what), not a script: hand in the text itself.")
    }
    if source.starts(with: [0xFF, 0xFE]) || source.starts(with: [0xFE, 0xFF]) {
      throw Problem(
        reason: .encoding, message: "The text is in UTF-16: save it as UTF-8 and hand it in again.")
    }
    guard source.count <= SubmissionLimits.bytes else {
      throw Problem(
        reason: .tooLarge,
        message: "The script has \(source.count) bytes; \(SubmissionLimits.bytes) are allowed.")
    }
    if let offset = source.firstIndex(of: 0) {
      throw Problem(reason: .binary, message: "Byte \(offset) is NUL, which no script contains.")
    }
    let lines = source.count { $0 == 0x0A }
    guard lines <= SubmissionLimits.lines else {
      throw Problem(
        reason: .tooLarge,
        message: "The script has more than \(SubmissionLimits.lines) lines.")
    }
    let isMarked = source.starts(with: [0xEF, 0xBB, 0xBF])
    bytes = isMarked ? Array(source.dropFirst(3)) : source
    if let offset = Self.firstIllFormed(bytes) {
      throw Problem(
        reason: .encoding,
        message: "Byte \(offset + (isMarked ? 3 : 0)) is not UTF-8: save the text as UTF-8.")
    }
  }

  /// The offset of the first byte that is no part of a well-formed scalar.
  private static func firstIllFormed(_ bytes: [UInt8]) -> Int? {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let (count, least): (Int, UInt32)
      switch byte {
      case 0..<0x80: (count, least) = (1, 0)
      case 0xC2...0xDF: (count, least) = (2, 0x80)
      case 0xE0...0xEF: (count, least) = (3, 0x800)
      case 0xF0...0xF4: (count, least) = (4, 0x1_0000)
      default: return index
      }
      guard index + count <= bytes.count else { return index }
      var scalar = UInt32(byte) & (count == 1 ? 0x7F : (0xFF >> UInt32(count + 1)))
      for next in bytes[index + 1..<index + count] {
        guard next & 0xC0 == 0x80 else { return index }
        scalar = scalar << 6 | UInt32(next & 0x3F)
      }
      guard scalar >= least, Unicode.Scalar(scalar) != nil else { return index }
      index += count
    }
    return nil
  }
}
