import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A part of a stream: of `count` parts the one with a number from 0. Which part a submission is in
/// depends on its id alone, so that the order of a stream does not matter.
struct Shard: Equatable {
  let number: UInt64
  let count: UInt64

  init?(number: UInt64, count: UInt64) {
    guard count > 0, number < count else { return nil }
    self.number = number
    self.count = count
  }

  /// Reads `2/7`, or, for `auto`, what the engine around says.
  init?(_ text: String, environment: (String) -> String? = Shard.variable) {
    if text == "auto" {
      guard let found = Shard.automatic(environment) else { return nil }
      self = found
      return
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = UInt64(parts[0]), let count = UInt64(parts[1]) else {
      return nil
    }
    self.init(number: number, count: count)
  }

  /// Where engines say which of how many this is. Kubernetes and AWS Batch do not say how many there are, and
  /// Slurm says how many run now; `RINGWALK_SHARDS` says how many there are in all.
  private static let engines = [
    (number: "SLURM_ARRAY_TASK_ID", first: "SLURM_ARRAY_TASK_MIN", count: "SLURM_ARRAY_TASK_COUNT"),
    (number: "JOB_COMPLETION_INDEX", first: "", count: "RINGWALK_SHARDS"),
    (number: "AWS_BATCH_JOB_ARRAY_INDEX", first: "", count: "RINGWALK_SHARDS"),
  ]

  private static func automatic(_ environment: (String) -> String?) -> Shard? {
    for engine in engines {
      guard let number = environment(engine.number).flatMap({ UInt64($0) }) else { continue }
      // Where it is said how many parts there are, the number is that of the part: of an array of Slurm, single
      // ones may be sent again.
      if let count = environment("RINGWALK_SHARDS").flatMap({ UInt64($0) }) {
        return Shard(number: number, count: count)
      }
      let first = environment(engine.first).flatMap { UInt64($0) } ?? 0
      guard number >= first, let count = environment(engine.count).flatMap({ UInt64($0) })
      else { return nil }
      return Shard(number: number - first, count: count)
    }
    return nil
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// Whether a submission is in this part.
  func contains(_ id: String) -> Bool {
    guard count > 1 else { return true }
    let hash = Digest(of: Array(id.utf8)).bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return hash % count == number
  }
}
