/// Gives out the ids of one page, each once.
public struct Identifiers {
  private var used: Set<String> = []
  private var prefixes: [String] = []
  private let prefix: String

  /// None is given out yet.
  ///
  /// - Parameter prefix: What all begin with.
  public init(prefix: String = "") { self.prefix = prefix }

  /// An id made of some words: lower case, hyphens for spaces, no punctuation, as GitHub makes them;
  /// a number is added to one that is taken.
  public mutating func take(_ words: String, otherwise fallback: String = "section") -> String {
    // What was made of an id has its prefix already.
    let isPrefixed = !prefix.isEmpty && words.hasPrefix(prefix)
    var slug = Self.slug(isPrefixed ? String(words.dropFirst(prefix.count)) : words)
    if slug.isEmpty { slug = fallback }
    // The steps of a scenario are not registered one by one.
    if prefixes.contains(where: { slug.hasPrefix($0) }) { slug = "about-" + slug }
    var candidate = slug
    var number = 1
    while !used.insert(candidate).inserted {
      candidate = "\(slug)-\(number)"
      number += 1
    }
    return prefix + candidate
  }

  /// Keeps all ids that begin with a prefix from being given out.
  public mutating func reserve(prefix: String) { prefixes.append(prefix) }

  private static func slug(_ words: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in words.lowercased().unicodeScalars {
      if scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_"
        || scalar == "-"
      {
        out.append(scalar)
      } else if scalar == " " || scalar == "\n" {
        out.append("-")
      }
    }
    return String(out)
  }
}
