/// Results of several shards put together.
///
/// It is the set of all lines that were added, so neither their order nor how they are grouped matters, and
/// adding one again changes nothing: `merge(a, merge(b, c))` is `merge(merge(a, b), c)`, also where results
/// contradict each other.
public struct ResultMerge: Sendable {
  private var results: [ByteKey: Set<[UInt8]>] = [:]

  /// One without results.
  public init() {}

  /// Adds a result.
  public mutating func add(_ result: GradeResult) {
    results[ByteKey(result.submission.id), default: []].insert(result.line)
  }

  /// Adds all results of another one.
  public mutating func add(_ other: ResultMerge) {
    results.merge(other.results) { $0.union($1) }
  }

  /// The lines, in the order of the bytes of ids, and of one id in the order of their own bytes.
  public var lines: [[UInt8]] {
    results.sorted { $0.key < $1.key }.flatMap { Self.sorted($0.value) }
  }

  /// The lines of each id that has more than one: the same submission was graded with different results.
  public var contradictions: [(id: String, lines: [[UInt8]])] {
    results.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
      .map { ($0.key.text, Self.sorted($0.value)) }
  }

  private static func sorted(_ lines: Set<[UInt8]>) -> [[UInt8]] {
    lines.sorted { $0.lexicographicallyPrecedes($1) }
  }
}
