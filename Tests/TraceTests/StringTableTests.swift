import Testing
import Trace

/// The table of strings against a plain dictionary.
@Suite struct StringTableTests {
  @Test func `strings get numbers in the order of first meeting`() {
    for seed in 0..<20 as Range<UInt64> {
      var state = seed
      func roll(_ bound: UInt64) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % bound)
      }
      var table = StringTable()
      var model: [[UInt8]: UInt32] = [:]
      var order: [[UInt8]] = []
      for _ in 0..<600 {
        // Short strings over few letters meet again often; long ones fill the table.
        let length = roll(8) == 0 ? roll(300) : roll(4)
        let string = (0..<length).map { _ in UInt8(roll(3) == 0 ? 0 : 97 + roll(3)) }
        if model[string] == nil {
          model[string] = UInt32(order.count)
          order.append(string)
        }
        #expect(table.intern(string).rawValue == model[string], "seed \(seed)")
        #expect(table.count == order.count, "seed \(seed)")
      }
      for (index, string) in order.enumerated() {
        #expect(Array(table[bytes: StringID(rawValue: UInt32(index))]) == string, "seed \(seed)")
        #expect(table.find(String(decoding: string, as: UTF8.self))?.rawValue == UInt32(index))
      }
    }
  }

  @Test func `a string that was never met is not found`() {
    var table = StringTable()
    #expect(table.find("") == nil)
    let empty = table.intern("")
    #expect(table.find("") == empty)
    #expect(table.find("foo") == nil)
    #expect(table[empty] == "")
  }

  @Test func `a number of another table is the empty string`() {
    #expect(StringTable()[StringID(rawValue: 7)] == "")
    #expect(StringTable()[bytes: StringID(rawValue: .max)].isEmpty)
  }

  @Test func `ill-formed UTF-8 is kept as bytes and shown repaired`() {
    var table = StringTable()
    let id = table.intern([0x66, 0xFF])
    #expect(Array(table[bytes: id]) == [0x66, 0xFF])
    #expect(table[id] == "f\u{FFFD}")
    #expect(table.intern([0x66, 0xFE]) != id)
  }
}
