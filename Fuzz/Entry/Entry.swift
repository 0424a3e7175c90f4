/// Holds one input of the fuzzer to a law; a breach ends the program, which the fuzzer notices.
///
/// - Parameter flaw: What is wrong with some bytes; `nil` when nothing is.
package func examine(
  _ start: UnsafePointer<UInt8>?, _ count: Int, _ flaw: ([UInt8]) -> String?
) -> CInt {
  if let flaw = flaw(Array(UnsafeBufferPointer(start: start, count: count))) { fatalError(flaw) }
  return 0
}
