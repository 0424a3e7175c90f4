import FuzzEntry
import WalkSyntaxLaws

/// Bytes as a script that is formatted.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  examine(start, count, Laws.formattingFlaw)
}
