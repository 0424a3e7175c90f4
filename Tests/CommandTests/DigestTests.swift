import Handout
import Program
import Testing

@testable import ringwalk

@Suite("Digests and the cache's settings")
struct DigestTests {
  /// From FIPS 180-4's examples; the last is a million times `a`.
  @Test(arguments: [
    ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ])
  func `a digest is SHA-256`(_ text: String, _ times: Int, _ digest: String) {
    let bytes = Array(String(repeating: text, count: times).utf8)
    #expect(Digest(of: bytes).rawValue == digest)
  }

  /// What follows the last whole block may take one block or two.
  @Test func `no two lengths around a block have the same digest`() {
    let digests = (0...200).map { Digest(of: [UInt8](repeating: 0x61, count: $0)) }
    #expect(Set(digests).count == digests.count)
    #expect(
      digests[64].rawValue == "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb")
  }

  @Test func `where a text ends counts in the digest of several`() {
    #expect(Digest(of: ["ab", "c"]) != Digest(of: ["a", "bc"]))
  }

  @Test func `every option of a page is a setting of its own`() throws {
    func settings(
      _ format: HandoutFormat = .html, _ change: (inout RunLimits, inout HandoutContext) -> Void
    ) -> Digest? {
      var (limits, context) = (RunLimits(), HandoutContext())
      change(&limits, &context)
      return BuildCache.settings(format: format, limits: limits, context: context)
    }
    let usual = try #require(settings { _, _ in })
    #expect(settings { _, _ in } == usual)
    let others = [
      settings(.man) { _, _ in }, settings { limits, _ in limits.steps = 1 },
      settings { limits, _ in limits.time = 1 }, settings { limits, _ in limits.events = 1 },
      settings { limits, _ in limits.outputBytes = 1 },
      settings { _, context in context.site = "Other" },
      settings { _, context in context.index = nil },
      settings { _, context in context.next = HandoutLink(title: "a", fileName: "b") },
    ]
    #expect(Set(others + [usual]).count == others.count + 1)
  }
}
