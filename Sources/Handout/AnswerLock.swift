/// What a page carries of a right answer: not the answer, but what tells it when it comes.
///
/// Nobody reads the key by chance, not even with the page's source open. It is no secret all the
/// same: who takes the page apart can try all answers, and a page says so. `PredictionScript` has
/// the same functions in its own language.
struct AnswerLock {
  /// What makes equal answers of two questions look different.
  let salt: String

  /// A lock for a question of a lesson.
  init(lesson: String, question: String, number: Int) {
    salt = String(Self.hash("\(lesson)/\(question)/\(number)").prefix(8))
  }

  /// The key of an answer; `place` tells the cells of a table apart.
  func key(_ answer: String, place: String = "") -> String {
    Self.hash("\(salt)\(place):\(answer)")
  }

  /// Text that the page's script can read again.
  func mask(_ text: [UInt8]) -> String {
    var state = (UInt32(Self.hash(salt).prefix(8), radix: 16) ?? 0) | 1
    return Base64.text(
      text.map { byte in
        state = Self.next(state)
        return byte ^ UInt8(truncatingIfNeeded: state)
      })
  }

  /// The numbers from 0 on in an order that is neither theirs nor one to be avoided.
  func mixed(_ count: Int, without avoided: [Int]) -> [Int] {
    var order = Array(0..<count)
    guard count > 1 else { return order }
    var state = (UInt32(Self.hash(salt).suffix(8), radix: 16) ?? 0) | 1
    for index in stride(from: count - 1, to: 0, by: -1) {
      state = Self.next(state)
      order.swapAt(index, Int(state >> 8) % (index + 1))
    }
    // Every turn of it is another order, so one of them is free.
    while order == avoided { order.append(order.removeFirst()) }
    return order
  }

  /// 64 bits in hexadecimal, from two rounds of FNV-1a that begin differently.
  static func hash(_ text: String) -> String {
    let lanes = [2_166_136_261, 1_540_483_477] as [UInt32]
    return lanes.map { start in
      var lane = start
      for byte in text.utf8 { lane = (lane ^ UInt32(byte)) &* 16_777_619 }
      lane = (lane ^ (lane >> 15)) &* 2_246_822_507
      lane ^= lane >> 13
      let digits = String(lane, radix: 16)
      return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }.joined()
  }

  /// The number behind another one (xorshift).
  private static func next(_ state: UInt32) -> UInt32 {
    var state = state
    state ^= state << 13
    state ^= state >> 17
    state ^= state << 5
    return state
  }
}
