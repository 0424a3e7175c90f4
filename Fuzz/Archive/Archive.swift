import FuzzEntry
import ArchivesLaws

/// Bytes as an archive of submissions.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  examine(start, count, Laws.archiveFlaw)
}
