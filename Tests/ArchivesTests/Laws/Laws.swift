import Archives

/// What holds of archives made of any bytes at all: what the fuzzer looks for the opposite of.
package enum Laws {
  /// Small, so that they are reached.
  static var limits: ArchiveLimits {
    var limits = ArchiveLimits()
    limits.entries = 64
    limits.entryBytes = 16 << 10
    limits.totalBytes = 256 << 10
    limits.nameBytes = 255
    return limits
  }

  /// What is wrong with how some bytes are read as an archive; `nil` when nothing is.
  package static func archiveFlaw(_ bytes: [UInt8]) -> String? {
    let archive: Archive
    do throws(ArchiveProblem) {
      archive = try Archive(bytes, limits: limits)
    } catch {
      return error.description.isEmpty ? "it is refused without a word" : nil
    }
    guard archive.entries.count <= limits.entries else { return "\(archive.entries.count) entries" }
    var total = 0
    var last: [UInt8]?
    for entry in archive.entries {
      if let last, entry.name.lexicographicallyPrecedes(last) { return "entries are not in order" }
      if last == entry.name, entry.problem == nil { return "two entries have one name" }
      last = entry.name
      if entry.problem == nil, let flaw = nameFlaw(entry.name) {
        return "\(entry.shownName): \(flaw)"
      }
      do throws(ArchiveProblem) {
        let content = try archive.bytes(of: entry)
        guard entry.problem == nil else { return "\(entry.shownName) is read all the same" }
        guard content.count <= limits.entryBytes else { return "\(content.count) bytes" }
        total += content.count
      } catch {
        if error.description.isEmpty { return "\(entry.shownName) is refused without a word" }
      }
    }
    return total <= limits.totalBytes ? nil : "\(total) bytes in all entries"
  }

  /// What is wrong with a name that is let through.
  private static func nameFlaw(_ name: [UInt8]) -> String? {
    guard !name.isEmpty, name.count <= limits.nameBytes else { return "\(name.count) bytes" }
    guard String(validating: name, as: UTF8.self) != nil else { return "no UTF-8" }
    if name.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0x5C }) { return "a bad character" }
    let parts = name.split(separator: 0x2F, omittingEmptySubsequences: false)
    let isOutside = parts.contains { $0.elementsEqual("..".utf8) || $0.isEmpty }
    return isOutside ? "it leads out of the folder" : nil
  }
}
