import Trace

extension TraceJSON {
  /// The JSON Schema (2020-12) of the documents, made from the event catalogue.
  ///
  /// It is committed as `grammar/trace.schema.json`; a test compares the two.
  public static func schema() -> String {
    var json = JSONWriter(flatDepth: 5)
    json.object { json in
      json.member("$schema", "https://json-schema.org/draft/2020-12/schema")
      json.member("title", "Ringwalk trace")
      json.member(
        "description",
        "What `ringwalk run --format json` prints: per scenario its events and verdicts."
      )
      json.member("type", "object")
      closed(["scenarios"], &json) { json in
        json.key("scenarios")
        list("scenario", &json)
      }
      json.key("$defs")
      json.object { json in
        scenario(&json)
        expectation(&json)
        claim(&json)
        event(&json)
        for kind in EventKind.allCases { self.kind(kind, &json) }
        json.key("hex")
        json.object { json in
          json.member("type", "string")
          json.member("pattern", "^0x[0-9a-f]{1,16}$")
        }
        json.key("step")
        json.object { json in
          json.member("type", "integer")
          json.member("minimum", Int64(0))
        }
      }
    }
    return String(decoding: json.bytes, as: UTF8.self) + "\n"
  }

  private static func scenario(_ json: inout JSONWriter) {
    let members = [
      "scenario", "architecture", "stop", "tasks", "devices", "events", "expectations", "claims",
    ]
    definition("scenario", members, &json) { json in
      property("scenario", "string", &json)
      property("architecture", "string", &json)
      choice("stop", StopReason.names, &json)
      json.key("tasks")
      json.object { json in
        json.member("type", "array")
        json.key("items")
        json.object { json in
          json.member("type", "object")
          closed(["name", "pid"], &json) { json in
            property("name", "string", &json)
            property("pid", "integer", &json)
          }
        }
      }
      json.key("devices")
      json.object { json in
        json.member("type", "array")
        json.key("items")
        json.object { json in
          json.member("type", "object")
          closed(["name", "kind"], &json) { json in
            property("name", "string", &json)
            choice("kind", DeviceKind.allCases.map(\.rawValue), &json)
          }
        }
      }
      json.key("events")
      list("event", &json)
      json.key("expectations")
      list("expectation", &json)
      json.key("claims")
      list("claim", &json)
    }
  }

  private static func claim(_ json: inout JSONWriter) {
    definition("claim", ["claim", "from", "verdicts"], &json) { json in
      property("claim", "string", &json)
      json.key("from")
      json.object { json in
        json.key("type")
        words(["string", "null"], &json)
      }
      json.key("verdicts")
      list("claimVerdict", &json)
    }
    let members = ["text", "under", "said", "verdict", "step", "message"]
    definition("claimVerdict", members, &json) { json in
      property("text", "string", &json)
      property("under", "string", &json)
      choice("said", ["holds", "fails"], &json)
      choice("verdict", ["holds", "fails", "vacuous"], &json)
      json.key("step")
      nullableStep(&json)
      property("message", "string", &json)
    }
  }

  private static func expectation(_ json: inout JSONWriter) {
    definition("expectation", ["text", "verdict", "step", "message", "range"], &json) { json in
      property("text", "string", &json)
      choice("verdict", ["holds", "fails", "vacuous"], &json)
      json.key("step")
      nullableStep(&json)
      property("message", "string", &json)
      json.key("range")
      json.object { json in
        json.key("type")
        words(["object", "null"], &json)
        let members = ["file", "line", "column", "end_line", "end_column"]
        closed(members, &json) { json in
          property("file", "string", &json)
          for member in members.dropFirst() { property(member, "integer", &json) }
        }
      }
    }
  }

  /// The members that events of all kinds have.
  static let commonMembers = [
    "step", "time_ns", "cpu", "task", "pid", "mode", "kind", "cause", "depth", "text",
  ]

  private static func event(_ json: inout JSONWriter) {
    json.key("event")
    json.object { json in
      json.member("type", "object")
      json.key("required")
      words(commonMembers, &json)
      json.key("properties")
      json.object { json in
        json.key("step")
        reference("step", &json)
        property("time_ns", "integer", &json)
        property("cpu", "integer", &json)
        property("task", "string", &json)
        property("pid", "integer", &json)
        choice("mode", ["user", "kernel"], &json)
        property("kind", "string", &json)
        json.key("cause")
        nullableStep(&json)
        property("depth", "integer", &json)
        property("text", "string", &json)
      }
      json.key("oneOf")
      json.array { json in
        for kind in EventKind.allCases { reference(kind.facts.name, &json) }
      }
      json.member("unevaluatedProperties", false)
    }
  }

  private static func kind(_ kind: EventKind, _ json: inout JSONWriter) {
    let facts = kind.facts
    let fields = [facts.object, facts.a, facts.b].compactMap { $0 }
    json.key(facts.name)
    json.object { json in
      json.member("description", "\(facts.meaning) (\(facts.zoom.name))")
      json.key("required")
      words(["kind"] + fields.map(\.name), &json)
      json.key("properties")
      json.object { json in
        json.key("kind")
        json.object { $0.member("const", facts.name) }
        for field in fields {
          switch shape(of: field.type) {
          case .number: property(field.name, "integer", &json)
          case .boolean: property(field.name, "boolean", &json)
          case .text: property(field.name, "string", &json)
          case .hexadecimal:
            json.key(field.name)
            reference("hex", &json)
          }
        }
      }
    }
  }

  // MARK: Pieces

  private static func definition(
    _ name: String, _ members: [String], _ json: inout JSONWriter,
    _ properties: (inout JSONWriter) -> Void
  ) {
    json.key(name)
    json.object { json in
      json.member("type", "object")
      closed(members, &json, properties)
    }
  }

  /// `required`, `properties`, and nothing else.
  private static func closed(
    _ members: [String], _ json: inout JSONWriter, _ properties: (inout JSONWriter) -> Void
  ) {
    json.key("required")
    words(members, &json)
    json.key("properties")
    json.object(properties)
    json.member("additionalProperties", false)
  }

  private static func property(_ name: String, _ type: String, _ json: inout JSONWriter) {
    json.key(name)
    json.object { $0.member("type", type) }
  }

  private static func choice(_ name: String, _ values: [String], _ json: inout JSONWriter) {
    json.key(name)
    json.object { json in
      json.key("enum")
      words(values, &json)
    }
  }

  private static func nullableStep(_ json: inout JSONWriter) {
    json.object { json in
      json.key("type")
      words(["integer", "null"], &json)
      json.member("minimum", Int64(0))
    }
  }

  private static func list(_ name: String, _ json: inout JSONWriter) {
    json.object { json in
      json.member("type", "array")
      json.key("items")
      reference(name, &json)
    }
  }

  private static func reference(_ name: String, _ json: inout JSONWriter) {
    json.object { $0.member("$ref", "#/$defs/\(name)") }
  }

  private static func words(_ values: [String], _ json: inout JSONWriter) {
    json.array { json in
      for value in values { json.string(value) }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func member(_ name: String, _ value: Bool) {
    key(name)
    bool(value)
  }
}
