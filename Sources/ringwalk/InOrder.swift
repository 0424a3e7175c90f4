#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Does work for each element on all cores, and hands the results out in the elements' order.
///
/// At most a few results wait for their turn, so memory does not grow with the number of elements.
func inOrder<Element: Sendable, Result: Sendable>(
  _ elements: [Element], _ work: @escaping @Sendable (Element) -> Result,
  each: (Result) throws -> Void
) async throws {
  let width = max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
  try await withThrowingTaskGroup(of: (Int, Result).self) { group in
    var started = 0
    var handedOut = 0
    var waiting: [Int: Result] = [:]
    while handedOut < elements.count {
      while started < elements.count, started < handedOut + 2 * width {
        let index = started
        let element = elements[index]
        group.addTask { (index, work(element)) }
        started += 1
      }
      guard let (index, result) = try await group.next() else { break }
      waiting[index] = result
      while let next = waiting.removeValue(forKey: handedOut) {
        handedOut += 1
        try each(next)
      }
    }
  }
}
