public import ArgumentParser
public import Catalogue

extension LanguageChoice: ExpressibleByArgument {
  /// The language that a word on the command line names.
  public init?(argument: String) { self.init(argument) }

  /// What help shows of a default.
  public var defaultValueDescription: String { tag }

  /// The words that name one.
  public static var allValueStrings: [String] { Language.allCases.map(\.rawValue) }
}

/// The language of lessons that do not say what they are in.
struct LanguageOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The language of lessons whose front matter names none: en or de.", valueName: "language"))
  var language: LanguageChoice = .english
}
