/// A result with its line, which is made once for all who write it down.
public struct WrittenResult: Sendable {
  /// The result.
  public let result: GradeResult
  /// Its ``GradeResult/line``.
  public let line: [UInt8]

  /// Makes the line of a result.
  public init(_ result: GradeResult) {
    self.result = result
    line = result.line
  }
}
