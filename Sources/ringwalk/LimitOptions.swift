import ArgumentParser
import Program

/// The limits of a run, as flags.
struct LimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Instructions and kernel steps of one run.", valueName: "n"))
  var limitSteps: Int64 = RunLimits().steps

  @Option(help: ArgumentHelp("Simulated time of one run, in milliseconds.", valueName: "ms"))
  var limitTime: Int64 = RunLimits().time / 1_000_000

  @Option(help: ArgumentHelp("Recorded events of one run.", valueName: "n"))
  var limitEvents: Int = RunLimits().events

  @Option(help: ArgumentHelp("Bytes that one run may print.", valueName: "n"))
  var limitOutput: Int64 = RunLimits().outputBytes

  func validate() throws {
    try check("--limit-steps", limitSteps, most: 1_000_000_000_000)
    try check("--limit-time", limitTime, most: 1_000_000_000_000)
    // An event takes 40 bytes.
    try check("--limit-events", Int64(limitEvents), most: 50_000_000)
    try check("--limit-output", limitOutput, most: 1 << 30)
  }

  /// The limits that the flags ask for.
  var limits: RunLimits {
    var limits = RunLimits()
    limits.steps = limitSteps
    limits.time = limitTime * 1_000_000
    limits.events = limitEvents
    limits.outputBytes = limitOutput
    return limits
  }

  private func check(_ flag: String, _ value: Int64, most: Int64) throws {
    guard (1...most).contains(value) else {
      throw ValidationError("\(flag) takes a number from 1 to \(most)")
    }
  }
}
