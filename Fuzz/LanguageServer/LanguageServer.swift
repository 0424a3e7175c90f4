import FuzzEntry
import CommandLaws

/// Bytes as what an editor says to the language server.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  examine(start, count, Laws.conversationFlaw)
}
