import Catalogue
public import Program
public import SourceText
public import Trace

/// Traces and verdicts as JSON, described by `grammar/trace.schema.json`.
///
/// A document is an object with one member, `scenarios`. Members come in a fixed order, and the
/// same run gives the same bytes. Names of tasks, devices, calls, routines, registers and signals
/// are strings; addresses and bits are strings such as `"0x401028"`; all else are numbers, whole
/// and up to 64 bits long.
public enum TraceJSON {
  /// One expectation with what became of it.
  public struct Outcome: Sendable {
    /// The expectation as written, with its place.
    public var expectation: Expectation
    /// `holds`, `fails` or `vacuous`.
    public var verdict: String
    /// Index of the event that proves or breaks it.
    public var step: Int?
    /// Plain sentences.
    public var message: String

    /// Makes an outcome.
    public init(expectation: Expectation, verdict: String, step: Int?, message: String) {
      self.expectation = expectation
      self.verdict = verdict
      self.step = step
      self.message = message
    }
  }

  /// A sentence that was put to the test, with the verdicts on what it means.
  public struct Claim: Sendable {
    /// The sentence.
    public var title: String
    /// Where it is from.
    public var origin: String?
    /// The verdicts, claim by claim, for each configuration.
    public var verdicts: [ClaimVerdict]

    /// Makes a claim.
    public init(title: String, origin: String?, verdicts: [ClaimVerdict]) {
      self.title = title
      self.origin = origin
      self.verdicts = verdicts
    }
  }

  /// The verdict on a claim under one configuration.
  public struct ClaimVerdict: Sendable {
    /// The claim as written.
    public var text: String
    /// The configuration as written; empty for the machine as written.
    public var configuration: String
    /// Whether the author says that it holds there.
    public var isSaidToHold: Bool
    /// `holds`, `fails` or `vacuous`.
    public var verdict: String
    /// Index of the event that settles it, in the run under that configuration.
    public var step: Int?
    /// Plain sentences.
    public var message: String

    /// Makes a verdict.
    public init(
      text: String, configuration: String, isSaidToHold: Bool, verdict: String, step: Int?,
      message: String
    ) {
      self.text = text
      self.configuration = configuration
      self.isSaidToHold = isSaidToHold
      self.verdict = verdict
      self.step = step
      self.message = message
    }
  }

  /// Adds one scenario's object to `output`.
  ///
  /// - Parameters:
  ///   - name: The scenario's name.
  ///   - stop: Why its last run ended.
  ///   - zoom: Events that need a closer look are left out; steps keep their numbers.
  ///   - claims: The claim blocks.
  ///   - narrator: Makes the sentences.
  ///   - sources: The files of the expectations' ranges.
  ///   - output: Gets the object, without anything around it; see ``document(_:)``.
  public static func write(
    scenario name: String, trace: Trace, stop: StopReason, zoom: Zoom, expectations: [Outcome],
    claims: [Claim] = [], narrator: Narrator, sources: SourceSet, into output: inout [UInt8]
  ) {
    var json = JSONWriter(continuing: output, flatDepth: 2)
    output = []
    let header = trace.header
    json.object { json in
      json.member("scenario", name)
      json.member("architecture", header.architecture.name)
      json.member("stop", stop.name)
      json.key("tasks")
      json.array { json in
        for task in header.tasks {
          json.object { json in
            json.member("name", task.name)
            json.member("pid", task.pid)
          }
        }
      }
      json.key("devices")
      json.array { json in
        for device in header.devices {
          json.object { json in
            json.member("name", device.name)
            json.member("kind", device.kind.rawValue)
          }
        }
      }
      json.key("events")
      json.array { json in
        for (step, event) in trace.events.enumerated() where event.zoom <= zoom {
          write(event, step, header, narrator, &json)
        }
      }
      json.key("expectations")
      json.array { json in
        for outcome in expectations { write(outcome, sources, &json) }
      }
      json.key("claims")
      json.array { json in
        for claim in claims { write(claim, &json) }
      }
    }
    output = json.bytes
  }

  /// The whole document over the scenarios' objects, with a newline at its end.
  public static func document(_ scenarios: [[UInt8]]) -> [UInt8] {
    var out = Array("{\"scenarios\": [".utf8)
    for (index, scenario) in scenarios.enumerated() {
      out += Array((index == 0 ? "\n" : ",\n").utf8)
      out += scenario
    }
    return out + Array("\n]}\n".utf8)
  }

  private static func write(
    _ event: TraceEvent, _ step: Int, _ header: TraceHeader, _ narrator: Narrator,
    _ json: inout JSONWriter
  ) {
    let facts = event.kind.facts
    let task = header.task(event.taskID)
    json.object { json in
      json.member("step", step)
      json.member("time_ns", event.time)
      json.member("cpu", Int64(event.cpu))
      json.member("task", task.name)
      json.member("pid", task.pid)
      json.member("mode", event.mode == .user ? "user" : "kernel")
      json.member("kind", facts.name)
      for (field, value) in [
        (facts.object, Int64(event.object)), (facts.a, event.a), (facts.b, event.b),
      ] {
        guard let field else { continue }
        json.key(field.name)
        write(value, field.type, header, &json)
      }
      json.member("cause", event.cause == TraceEvent.noCause ? nil : Int(event.cause))
      json.member("depth", Int64(event.depth))
      json.member("text", narrator.sentence(event, at: step))
    }
  }

  private static func write(
    _ value: Int64, _ type: FieldType, _ header: TraceHeader, _ json: inout JSONWriter
  ) {
    switch shape(of: type) {
    case .number: json.number(value)
    case .boolean: json.bool(value != 0)
    case .hexadecimal: json.string(Quantity.hexadecimal(value))
    case .text:
      if type == .string {
        let id = StringID(rawValue: UInt32(truncatingIfNeeded: value))
        json.string(header.strings[bytes: id])
      } else {
        json.string(header.text(value, type))
      }
    }
  }

  /// How a field's value is written.
  enum Shape {
    case number
    case boolean
    case hexadecimal
    case text
  }

  static func shape(of type: FieldType) -> Shape {
    switch type {
    case .integer, .bytes, .nanoseconds, .octal, .result, .event: .number
    case .flag: .boolean
    case .address, .physicalAddress, .bits: .hexadecimal
    case .task, .device, .string, .systemCall, .routine, .register, .signal, .signalCode,
      .entryReason, .waitObject, .exception, .pageFaultKind, .pageTableLevel, .access, .softirq,
      .returnKind, .pageTableChange, .protection, .privilegedEffect,
      .interProcessorPurpose, .victimReason:
      .text
    }
  }

  private static func write(_ claim: Claim, _ json: inout JSONWriter) {
    json.object { json in
      json.member("claim", claim.title)
      json.key("from")
      if let origin = claim.origin { json.string(origin) } else { json.null() }
      json.key("verdicts")
      json.array { json in
        for verdict in claim.verdicts {
          json.object { json in
            json.member("text", verdict.text)
            json.member("under", verdict.configuration)
            json.member("said", verdict.isSaidToHold ? "holds" : "fails")
            json.member("verdict", verdict.verdict)
            json.member("step", verdict.step)
            json.member("message", verdict.message)
          }
        }
      }
    }
  }

  private static func write(
    _ outcome: Outcome, _ sources: SourceSet, _ json: inout JSONWriter
  ) {
    let range = outcome.expectation.range
    json.object { json in
      json.member("text", outcome.expectation.text)
      json.member("verdict", outcome.verdict)
      json.member("step", outcome.step)
      json.member("message", outcome.message)
      json.key("range")
      guard let file = sources[range.file] else { return json.null() }
      let (start, end) = (file.position(at: range.lower), file.position(at: range.upper))
      json.object { json in
        json.member("file", file.name)
        json.member("line", start.line)
        json.member("column", start.column)
        json.member("end_line", end.line)
        json.member("end_column", end.column)
      }
    }
  }
}

extension StopReason {
  /// The name in JSON.
  public var name: String {
    switch self {
    case .finished: "finished"
    case .conditionMet: "condition_met"
    case .timeReached: "time_reached"
    case .deadlock: "deadlock"
    case .limit(let limit): "limit_\(limit.rawValue)"
    case .panic: "panic"
    case .internalError: "internal_error"
    }
  }

  /// All names in JSON.
  static var names: [String] {
    [StopReason.finished, .conditionMet, .timeReached, .deadlock, .panic("")].map(\.name)
      + RunLimit.allCases.map { StopReason.limit($0).name } + [StopReason.internalError("").name]
  }
}
