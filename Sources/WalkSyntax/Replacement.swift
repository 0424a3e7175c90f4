import SourceText

extension ScriptSyntax {
  /// The script with literals in the places of some names, parsed again.
  ///
  /// Names behind a dot are members and stay, as do the `vary` statements that declare the names.
  /// Places of what is behind a literal are those of the original.
  ///
  /// - Parameter literals: For each name, what is written in its place.
  public func replacing(_ literals: [String: String]) -> ScriptSyntax {
    let kept = statements.compactMap { statement in
      if case .vary(_, _, _, let range) = statement { range } else { nil }
    }
    var bytes: [UInt8] = []
    var segments: [SourceFragment.Segment] = []
    var copied = 0
    var last: Token?
    /// Copies what is before an offset, with its places.
    func copy(upTo offset: Int) {
      guard offset > copied else { return }
      for (index, segment) in fragment.segments.enumerated() {
        let end =
          index + 1 < fragment.segments.count
          ? fragment.segments[index + 1].fragmentOffset : fragment.bytes.count
        let lower = max(segment.fragmentOffset, copied)
        guard lower < min(end, offset) else { continue }
        segments.append(
          SourceFragment.Segment(
            fragmentOffset: bytes.count + lower - copied,
            fileOffset: segment.fileOffset + lower - segment.fragmentOffset))
      }
      bytes += fragment.bytes[copied..<offset]
      copied = offset
    }
    for token in tokens {
      defer { if ![.space, .comment].contains(token.kind) { last = token } }
      guard token.kind == .name else { continue }
      let text = String(decoding: fragment.bytes[token.lower..<token.upper], as: UTF8.self)
      guard let literal = literals[text] else { continue }
      if let last, last.kind == .punctuation, fragment.bytes[last.lower..<last.upper] == [0x2E] {
        continue
      }
      let place = fragment.fileOffset(token.lower)
      if kept.contains(where: { $0.lower <= place && place < $0.upper }) { continue }
      copy(upTo: token.lower)
      segments.append(SourceFragment.Segment(fragmentOffset: bytes.count, fileOffset: place))
      for (index, byte) in literal.utf8.enumerated() {
        // What is longer than the name stands where its last letter does, not in what follows.
        if index > token.upper - token.lower - 1 {
          segments.append(
            SourceFragment.Segment(
              fragmentOffset: bytes.count, fileOffset: fragment.fileOffset(token.upper - 1)))
        }
        bytes.append(byte)
      }
      copied = token.upper
    }
    guard copied > 0 else { return self }
    copy(upTo: fragment.bytes.count)
    return WalkParser.parse(
      SourceFragment(file: fragment.file, bytes: bytes, segments: segments))
  }
}
