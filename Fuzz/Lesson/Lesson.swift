import FuzzEntry
import LessonLaws

/// Bytes as a lesson, from reading it to its pages.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  examine(start, count, Laws.lessonFlaw)
}
