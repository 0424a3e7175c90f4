import SourceText
import Testing

@Suite struct DigestTests {
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

  /// From RFC 4231: test cases 1, 2 and 6; the key of the last is longer than a block.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0B, count: 20), "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131),
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ])
  func `a digest with a key is the HMAC`(_ key: [UInt8], _ text: String, _ digest: String) {
    #expect(Digest(of: Array(text.utf8), key: key).rawValue == digest)
  }

  @Test func `a digest has 32 bytes, and what is no digest has fewer`() {
    #expect(Digest(of: Array("abc".utf8)).bytes.prefix(3) == [0xBA, 0x78, 0x16])
    #expect(Digest(of: Array("abc".utf8)).bytes.count == 32)
    #expect(Digest(rawValue: "x").bytes.isEmpty && Digest(rawValue: "").bytes.isEmpty)
  }
}
