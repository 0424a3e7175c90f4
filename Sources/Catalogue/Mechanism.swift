/// One of the mechanisms that make up the boundary between programs and the kernel.
///
/// Lessons say in their front matter which of them they cover (`covers: [S4, S13]`), and a book's
/// index says where each is explained.
public struct Mechanism: Sendable, Hashable {
  /// Its identifier: `S1`, `S2` and so on. An identifier is never given another meaning.
  public let id: String
  /// What it is, as the end of "this lesson covers".
  public let title: String

  /// All mechanisms, in order of their numbers.
  public static let all: [Mechanism] = [
    Mechanism(id: "S1", title: "one kernel space, shared by all processes"),
    Mechanism(id: "S2", title: "user mode and kernel mode"),
    Mechanism(id: "S3", title: "privileged instructions"),
    Mechanism(id: "S4", title: "kernel memory, mapped but out of reach"),
    Mechanism(id: "S5", title: "the system call instruction"),
    Mechanism(id: "S6", title: "what kernel mode may do"),
    Mechanism(id: "S7", title: "dispatching a system call"),
    Mechanism(id: "S8", title: "pointers from user space"),
    Mechanism(id: "S9", title: "file systems, disks and the network"),
    Mechanism(id: "S10", title: "sleeping and waking"),
    Mechanism(id: "S11", title: "permissions, descriptors and open files"),
    Mechanism(id: "S12", title: "the return to user mode"),
    Mechanism(id: "S13", title: "page faults"),
    Mechanism(id: "S14", title: "interrupts"),
    Mechanism(id: "S15", title: "kernel modules"),
    Mechanism(id: "S16", title: "a process's memory map"),
    Mechanism(id: "S17", title: "the kernel stack"),
    Mechanism(id: "S18", title: "page-table isolation"),
    Mechanism(id: "S19", title: "faults in kernel mode"),
    Mechanism(id: "S20", title: "signals"),
    Mechanism(id: "S21", title: "processes, from fork to wait"),
  ]

  /// The mechanism with an identifier.
  public static func named(_ id: String) -> Mechanism? { all.first { $0.id == id } }
}

extension Mechanism: Codable {
  /// Reads an identifier; the titles are this program's own.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let id = try container.decode(String.self)
    guard let mechanism = Mechanism.named(id) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no mechanism \(id)")
    }
    self = mechanism
  }

  /// Writes the identifier.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(id)
  }
}
