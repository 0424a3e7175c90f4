import Catalogue
public import Program
public import SourceText
import WalkSyntax

/// A claim block, checked: a sentence and what must hold if it is true.
public struct CheckedTrial: Sendable {
  /// The sentence.
  public var title: String
  /// Where it is from.
  public var origin: String?
  /// Where the block stands.
  public var range: SourceRange
  /// The position of its part among those that were checked.
  public var part: Int
  /// The claims in order, each once.
  public var claims: [Row] = []

  /// A claim, with what the author says of it.
  public struct Row: Sendable {
    /// The claim as written.
    public var text: String
    /// Where it is written first.
    public var range: SourceRange
    /// One for each configuration that it is claimed about.
    public var pins: [Pin]
  }

  /// What the author says of a claim under one configuration.
  public struct Pin: Sendable {
    /// Position in ``CheckedScenario/variants``.
    public var variant: Int
    /// Whether it is said to hold (`expect`) or not to (`refute`).
    public var holds: Bool
    /// Position in the expectations of the variant's scenario; `nil` when it is wrong there.
    public var expectation: Int?
    /// Where it is said.
    public var range: SourceRange
    var place: ClaimPlace
  }
}

/// The scenario under one configuration: the same script on another machine.
///
/// Its expectations are those of the claim blocks; the scenario's own are not repeated.
public struct ScenarioVariant: Sendable {
  /// The configuration as written, such as `machine arm64 and cpus 2`; empty for the machine as
  /// written.
  public var configuration: String
  /// What is to be run; `nil` when something is wrong under this configuration.
  public var scenario: Scenario?
}

/// A configuration that is to be checked.
struct Variant {
  var configuration: String
  var items: [ItemSyntax]
}

/// A claim of a claim block: which block, which `under` in it, which claim of that.
struct ClaimPlace: Hashable {
  var block: Int
  var under: Int
  var claim: Int
}

/// Checks claim blocks: the whole scenario once more for each configuration that they name, since
/// another machine means other code, other numbers and other errors.
struct TrialChecker {
  let parts: [ScenarioPart]
  let architecture: String?
  private let texts: SourceTexts
  private var variants: [Variant] = []

  init(parts: [ScenarioPart], architecture: String?) {
    self.parts = parts
    self.architecture = architecture
    texts = SourceTexts(parts.map(\.script.fragment))
  }

  /// Adds trials, variants and what is wrong with them to a checked scenario.
  consuming func check(_ checked: inout CheckedScenario) {
    var blocks: [[UnderSyntax]] = []
    var found: [Diagnostic] = []
    for (index, part) in parts.enumerated() {
      for statement in part.script.statements {
        guard case .claimBlock(let title, let origin, let unders, let range) = statement,
          Checker.objection(to: statement, in: part.role) == nil
        else { continue }
        if unders.allSatisfy(\.trials.isEmpty) { found.append(.emptyClaimBlock(at: range)) }
        blocks.append(unders)
        checked.trials.append(
          CheckedTrial(
            title: title.text, origin: origin?.text, range: range, part: index))
      }
    }
    guard !blocks.isEmpty else { return }
    for (block, unders) in blocks.enumerated() {
      for (under, syntax) in unders.enumerated() {
        let numbers = variantNumbers(syntax, &found)
        for (claim, trial) in syntax.trials.enumerated() {
          if case .missing = trial.claim { continue }
          for variant in numbers {
            let place = ClaimPlace(block: block, under: under, claim: claim)
            add(trial, variant, place, to: &checked.trials[block], &found)
          }
        }
      }
    }
    for (number, variant) in variants.enumerated() {
      var checker = Checker(parts: parts, architecture: architecture, variant: variant)
      let result = checker.check()
      for block in checked.trials.indices {
        for row in checked.trials[block].claims.indices {
          for pin in checked.trials[block].claims[row].pins.indices
          where checked.trials[block].claims[row].pins[pin].variant == number {
            let place = checked.trials[block].claims[row].pins[pin].place
            checked.trials[block].claims[row].pins[pin].expectation = checker.trialClaims[place]
          }
        }
      }
      checked.variants.append(
        ScenarioVariant(configuration: variant.configuration, scenario: result.scenario))
      // What is wrong on the machine as written is wrong here, too, and has been said.
      for diagnostic in result.diagnostics
      where !(checked.diagnostics + found).contains(where: { $0.isLike(diagnostic) }) {
        var diagnostic = diagnostic
        if !variant.configuration.isEmpty {
          diagnostic.notes.append("so it is under `\(variant.configuration)`")
        }
        found.append(diagnostic)
      }
    }
    if found.contains(where: { $0.severity == .error }) { checked.scenario = nil }
    checked.diagnostics = Array((checked.diagnostics + found).prefix(Limits.diagnostics))
  }

  /// The numbers of the configurations of an `under`; new ones are added.
  private mutating func variantNumbers(
    _ under: UnderSyntax, _ found: inout [Diagnostic]
  ) -> [Int] {
    guard !under.configurations.isEmpty else {
      return number(of: "", [], at: under.range, &found).map { [$0] } ?? []
    }
    var numbers: [Int] = []
    for configuration in under.configurations where !configuration.items.isEmpty {
      let name = Self.name(of: configuration, texts)
      guard let number = number(of: name, configuration.items, at: configuration.range, &found)
      else { continue }
      if numbers.contains(number) {
        found.append(.duplicate("`\(name)`", at: configuration.range, first: nil))
      } else {
        numbers.append(number)
      }
    }
    return numbers
  }

  private mutating func number(
    of name: String, _ items: [ItemSyntax], at range: SourceRange, _ found: inout [Diagnostic]
  ) -> Int? {
    if let known = variants.firstIndex(where: { $0.configuration == name }) { return known }
    guard variants.count < Limits.variants else {
      found.append(.limitReached("configurations", limit: "\(Limits.variants)", at: range))
      return nil
    }
    variants.append(Variant(configuration: name, items: items))
    return variants.count - 1
  }

  /// A configuration's name: its text with single spaces.
  static func name(of configuration: ConfigurationSyntax, _ texts: SourceTexts) -> String {
    texts.text(configuration.range).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Says of a claim what its author says, once for each configuration.
  private func add(
    _ trial: TrialSyntax, _ variant: Int, _ place: ClaimPlace, to block: inout CheckedTrial,
    _ found: inout [Diagnostic]
  ) {
    let text = texts.line(trial.claim.range)
    let pin = CheckedTrial.Pin(
      variant: variant, holds: !trial.isRefuted, expectation: nil, range: trial.range, place: place)
    guard let row = block.claims.firstIndex(where: { $0.text == text }) else {
      block.claims.append(CheckedTrial.Row(text: text, range: trial.claim.range, pins: [pin]))
      return
    }
    if let first = block.claims[row].pins.first(where: { $0.variant == variant }) {
      found.append(
        .pinnedTwice(under: variants[variant].configuration, at: trial.range, first: first.range))
    } else {
      block.claims[row].pins.append(pin)
    }
  }
}

extension Diagnostic {
  /// Whether two messages say the same of the same place.
  func isLike(_ other: Diagnostic) -> Bool {
    code == other.code && message == other.message && primary?.range == other.primary?.range
  }
}

// What is different in a variant.
extension Checker {
  /// The architecture that a variant asks for.
  mutating func variantArchitecture() -> Architecture? {
    guard let variant else { return nil }
    var found: Architecture?
    for item in variant.items where item.key.text == "machine" {
      guard item.values.count == 1, case .name(let name) = item.values[0] else {
        report(.wrongItemValue("machine", wanted: "the name of an architecture", at: item.range))
        continue
      }
      if let first = found {
        report(.duplicate("the machine, `\(first.name)`,", at: item.range, first: nil))
      } else {
        found = resolveArchitecture(name)
      }
    }
    return found
  }

  /// Puts a variant's items in the place of the machine's own.
  mutating func replaceMachineItems() {
    guard let variant else { return }
    var configuration = machine
    checkMachineItems(
      variant.items.filter { $0.key.text != "machine" }, of: &configuration)
    machine = configuration
  }

  /// Checks those claims of a block that are about the variant, at their place of the timeline.
  mutating func checkTrials(_ unders: [UnderSyntax], block: Int) {
    guard let variant else { return }
    for (under, syntax) in unders.enumerated() {
      let isAbout =
        syntax.configurations.isEmpty
        ? variant.configuration.isEmpty
        : syntax.configurations.contains {
          TrialChecker.name(of: $0, texts) == variant.configuration
        }
      guard isAbout else { continue }
      for (number, trial) in syntax.trials.enumerated() {
        guard let claim = checkClaim(trial.claim) else { continue }
        trialClaims[ClaimPlace(block: block, under: under, claim: number)] = expectations.count
        expectations.append(
          Expectation(
            claim: claim, text: texts.line(trial.claim.range), range: trial.claim.range))
        add(.expect(expectations.count - 1), trial.range)
      }
    }
  }
}
