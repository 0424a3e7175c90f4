import SourceText

/// The codes of this room. A number is never given another meaning.
extension DiagnosticCode {
  // W02xx: names.
  static let undeclaredVariable = DiagnosticCode(201)
  static let usedBeforeDeclaration = DiagnosticCode(202)
  static let declaredTwice = DiagnosticCode(203)
  static let unknownSystemCall = DiagnosticCode(204)
  static let unknownProgram = DiagnosticCode(205)
  static let unknownUser = DiagnosticCode(206)
  static let unknownDevice = DiagnosticCode(207)
  static let duplicateDeclaration = DiagnosticCode(208)
  static let startedTwice = DiagnosticCode(209)
  static let nameTaken = DiagnosticCode(210)
  static let unknownArchitecture = DiagnosticCode(211)
  static let notSimulated = DiagnosticCode(213)
  static let unknownItem = DiagnosticCode(214)
  static let unknownChoice = DiagnosticCode(215)
  static let unknownPrivilegedInstruction = DiagnosticCode(216)
  static let badPath = DiagnosticCode(217)
  static let notADirectory = DiagnosticCode(218)
  static let missingDirectory = DiagnosticCode(219)
  static let misplacedStatement = DiagnosticCode(220)
  static let nestedFunction = DiagnosticCode(221)
  static let notAssignable = DiagnosticCode(222)
  static let missingStudentProgram = DiagnosticCode(223)
  static let notAValue = DiagnosticCode(224)
  static let unknownLibraryFunction = DiagnosticCode(225)
  static let unknownSignal = DiagnosticCode(226)
  static let unknownModule = DiagnosticCode(227)
  static let unknownKernelFunction = DiagnosticCode(228)
  static let nobodyForks = DiagnosticCode(229)

  // W03xx: units and limits.
  static let missingTimeUnit = DiagnosticCode(301)
  static let wrongUnit = DiagnosticCode(302)
  static let outOfRange = DiagnosticCode(303)
  static let wrongArgumentCount = DiagnosticCode(304)
  static let wrongArgumentKind = DiagnosticCode(305)
  static let wrongFlagFamily = DiagnosticCode(306)
  static let conflictingAccessModes = DiagnosticCode(307)
  static let missingMode = DiagnosticCode(308)
  static let decimalMode = DiagnosticCode(309)
  static let limitReached = DiagnosticCode(311)
  static let typeMismatch = DiagnosticCode(312)
  static let wrongItemValue = DiagnosticCode(313)
  static let notConstant = DiagnosticCode(314)

  // W04xx: claims and checks.
  static let unknownSubject = DiagnosticCode(401)
  static let neverStarted = DiagnosticCode(402)
  static let unknownVerb = DiagnosticCode(403)
  static let unknownMember = DiagnosticCode(404)
  static let incomparable = DiagnosticCode(405)
  static let unknownCallInPattern = DiagnosticCode(406)
  static let wrongDetail = DiagnosticCode(407)
  static let unknownFunction = DiagnosticCode(408)
  static let wrongFunctionArgument = DiagnosticCode(409)
  static let badCount = DiagnosticCode(410)
  static let notABoolean = DiagnosticCode(411)
  static let eventWhereStateIsWanted = DiagnosticCode(412)
  static let notRun = DiagnosticCode(413)
  static let unknownStateName = DiagnosticCode(414)
  static let emptyClaimBlock = DiagnosticCode(430)
  static let pinnedTwice = DiagnosticCode(431)
  static let badQuestion = DiagnosticCode(432)
  static let badTask = DiagnosticCode(433)
  static let notOfSubmission = DiagnosticCode(434)
}

extension Diagnostic {
  /// The shape that all messages of this room have.
  static func semantic(
    _ code: DiagnosticCode, _ message: String, _ range: SourceRange, label: String = "",
    related: [Label] = [], notes: [String] = [], fixIts: [FixIt] = [], severity: Severity = .error
  ) -> Diagnostic {
    Diagnostic(
      code: code, severity: severity, message: message, primary: Label(range, label),
      related: related, notes: notes, fixIts: fixIts)
  }

  /// The fix-it that puts the nearest name in the place of a misspelt one.
  static func suggestion(_ nearest: String?, at range: SourceRange) -> [FixIt] {
    nearest.map { [FixIt("write `\($0)`", edits: [SourceEdit(range: range, replacement: $0)])] }
      ?? []
  }

  /// "there is a, b, c", or nothing for an empty list.
  static func list(_ lead: String, _ names: [String], limit: Int = 24) -> [String] {
    guard !names.isEmpty else { return [] }
    let more = names.count > limit ? " and \(names.count - limit) more" : ""
    return ["\(lead) \(names.prefix(limit).joined(separator: ", "))\(more)"]
  }
}
