import SourceText
import Testing

/// Files, places and fragments.
@Suite struct SourceTextTests {
  private func file(_ text: String) -> SourceFile {
    SourceFile(name: "a.md", bytes: Array(text.utf8))
  }

  private func place(_ file: SourceFile, _ offset: Int) -> [Int] {
    let position = file.position(at: offset)
    return [position.line, position.column]
  }

  @Test func `columns count scalars, whatever their bytes`() {
    let source = file("a\té😀b\nc")
    #expect(place(source, 0) == [1, 1])
    #expect(place(source, 2) == [1, 3])  // after the tab: one column
    #expect(place(source, 4) == [1, 4])  // after é: two bytes, one column
    #expect(place(source, 8) == [1, 5])  // after 😀: four bytes, one column
    #expect(place(source, 10) == [2, 1])
  }

  @Test func `lines end at LF and at CRLF, not at a lone CR`() {
    let source = file("ab\r\nc\rd\n\n")
    #expect(source.lineStarts == [0, 4, 8, 9])
    #expect(
      (0...3).map { String(decoding: source.line($0), as: UTF8.self) } == ["ab", "c\rd", "", ""])
    #expect(place(source, 4) == [2, 1])
    #expect(place(source, 9) == [4, 1])
  }

  @Test func `offsets outside of a file belong to its nearest end`() {
    let source = file("ab\nc")
    #expect(place(source, -5) == [1, 1])
    #expect(place(source, 99) == [2, 2])
    #expect(source.line(-1).isEmpty && source.line(7).isEmpty)
    #expect(source.text(2..<99) == "\nc")
    #expect(source.text(-3..<1) == "a")
    #expect(source.text(50..<60) == "")
    let empty = file("")
    #expect(place(empty, 0) == [1, 1])
    #expect(empty.line(0).isEmpty)
  }

  @Test func `every offset has its line`() {
    let source = file("one\n\ntwo\r\n\u{1F600}\nend")
    for offset in 0...source.bytes.count {
      let line = source.lineIndex(at: offset)
      #expect(source.lineStarts[line] <= offset)
      if line + 1 < source.lineStarts.count { #expect(offset < source.lineStarts[line + 1]) }
    }
  }

  @Test func `ranges join within one file`() {
    let file = FileID(rawValue: 0)
    let left = SourceRange(file: file, lower: 2, upper: 4)
    let right = SourceRange(file: file, lower: 8, upper: 9)
    #expect(left.union(right) == SourceRange(file: file, lower: 2, upper: 9))
    #expect(left.union(SourceRange(file: FileID(rawValue: 1), lower: 0, upper: 99)) == left)
    #expect(SourceRange(file: file, lower: 5, upper: 1).byteCount == 0)
    #expect(left.end == SourceRange(file: file, lower: 4, upper: 4))
  }

  @Test func `a set gives out files by number`() {
    var sources = SourceSet()
    let first = sources.add(file("abc"))
    let second = sources.add(file("xyz"))
    #expect(sources[first]?.bytes.first == UInt8(ascii: "a"))
    #expect(sources.text(SourceRange(file: second, lower: 1, upper: 3)) == "yz")
    #expect(sources[FileID(rawValue: 9)] == nil)
    #expect(sources.text(SourceRange(file: FileID(rawValue: 9), lower: 0, upper: 1)) == "")
  }

  @Test func `a fragment of a quote knows where each line stood`() {
    // A fence in a block quote: each line has lost its "> ".
    let lesson = file("> start a\r\n> run\n>\n> é b\n")
    let fragment = SourceFragment(
      file: FileID(rawValue: 0), bytes: Array("start a\nrun\n\né b\n".utf8),
      segments: [
        .init(fragmentOffset: 0, fileOffset: 2), .init(fragmentOffset: 7, fileOffset: 10),
        .init(fragmentOffset: 8, fileOffset: 13), .init(fragmentOffset: 12, fileOffset: 18),
        .init(fragmentOffset: 13, fileOffset: 21),
      ])
    for (offset, byte) in fragment.bytes.enumerated() {
      #expect(lesson.bytes[fragment.fileOffset(offset)] == byte, "offset \(offset)")
    }
    let run = fragment.range(8, 11)
    #expect(lesson.text(run.lower..<run.upper) == "run")
    // A range over two lines keeps the prefix between them.
    let both = fragment.range(6, 11)
    #expect(lesson.text(both.lower..<both.upper) == "a\r\n> run")
    #expect(fragment.range(8, 8).byteCount == 0)
    #expect(fragment.range(8, 8).lower == 13)
    #expect(fragment.range(9, 3).byteCount == 0)
  }

  @Test func `a whole file is a fragment of itself`() {
    let source = file("ab\ncd")
    let fragment = SourceFragment(source, id: FileID(rawValue: 3))
    for offset in 0...5 { #expect(fragment.fileOffset(offset) == offset) }
    #expect(fragment.range(1, 4) == SourceRange(file: FileID(rawValue: 3), lower: 1, upper: 4))
  }

  @Test func `codes are read and written alike`() {
    for number: UInt16 in [0, 7, 204, 9999] {
      let code = DiagnosticCode(number)
      #expect(DiagnosticCode(code.description) == code)
    }
    #expect(DiagnosticCode(7).description == "W0007")
    #expect(DiagnosticCode("w0204") == DiagnosticCode(204))
    for text in ["", "W204", "W02045", "X0204", "W-204", "W+204", "W٠٢٠٤", "W020x"] {
      #expect(DiagnosticCode(text) == nil, "\(text)")
    }
    #expect(DiagnosticCode(1) < DiagnosticCode(2))
    #expect(Severity.note < .warning && Severity.warning < .error)
  }

  @Test func `the nearest name is within a third of the length`() {
    let calls = ["open", "read", "write", "close", "lseek", "exit_group"]
    #expect(Nearest.name(to: "reed", among: calls) == "read")
    #expect(Nearest.name(to: "opne", among: calls) == "open")  // a swap is one edit
    #expect(Nearest.name(to: "wirte", among: calls) == "write")
    #expect(Nearest.name(to: "exitgroup", among: calls) == "exit_group")
    #expect(Nearest.name(to: "exot_gruop", among: calls) == "exit_group")
    #expect(Nearest.name(to: "fork", among: calls) == nil)
    #expect(Nearest.name(to: "x", among: ["y", "z"]) == nil)
    #expect(Nearest.name(to: "", among: ["ab"]) == nil)
    #expect(Nearest.name(to: "open", among: []) == nil)
    let long = String(repeating: "a", count: 200)
    #expect(Nearest.name(to: long, among: [long + "b"]) == nil)
  }
}
