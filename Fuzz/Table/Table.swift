import FuzzEntry
import GradesLaws

/// Bytes as a table of students.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  examine(start, count, Laws.tableFlaw)
}
