import FuzzEntry
import WalkSyntaxLaws

/// Bytes as a script.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  examine(start, count, Laws.parsingFlaw)
}
