import LanguageService

@testable import ringwalk

/// What holds of the language server whatever is said to it: what the fuzzer looks for the opposite of.
///
/// The first byte of an input says how the conversation goes. An even one has an editor open the text that
/// follows, and do what the parts behind it say, each of which a byte 0xFF parts from what is before it. An
/// odd one has all that follows come as it is.
package enum Laws {
  /// What is wrong with how a conversation goes; `nil` when nothing is.
  package static func conversationFlaw(_ bytes: [UInt8]) -> String? {
    guard let settings = bytes.first else { return nil }
    var conversation = Conversation(settings: settings)
    do throws(Flaw) {
      if settings & 1 == 1 {
        try conversation.take(stream: Array(bytes.dropFirst()), chunk: Int(settings >> 3) + 1)
      } else {
        let parts = bytes.dropFirst().split(separator: 0xFF, omittingEmptySubsequences: false)
        try conversation.begin()
        try conversation.open(parts.first ?? [])
        for part in parts.dropFirst().prefix(24) {
          try conversation.act(part)
          if conversation.isOver { return nil }
        }
        try conversation.end()
      }
    } catch {
      return error.words
    }
    return nil
  }
}

/// That something is not as it should be.
struct Flaw: Error {
  let words: String

  init(_ words: String) { self.words = words }
}
