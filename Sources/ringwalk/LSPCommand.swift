import ArgumentParser
import Dispatch
import Lesson

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `ringwalk lsp`.
struct LSPCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp",
    abstract: "Serve an editor: messages, names, completion and values while one types.",
    discussion: """
      A server of the Language Server Protocol, which editors start by themselves: it speaks over \
      standard input and output. It looks after .walk scripts and the walk fences of .md lessons. \
      The exit status is 0 when the editor has said shutdown before exit, else 1.
      """)

  @Flag(help: "Speak over standard input and output; there is no other way, but editors say so.")
  var stdio = false

  @OptionGroup var limits: LimitOptions

  func run() throws {
    let mailbox = Mailbox()
    let worker = RunWorker(mailbox: mailbox)
    // Standard input is read beside all else, so that what is taken back is known in time.
    DispatchQueue(label: "ringwalk.input").async {
      var reader = MessageReader.standardInput()
      while true {
        let message = reader.next()
        post(message, to: mailbox)
        if case .end = message { return }
      }
    }
    var server = LanguageServer(limits: limits.limits)
    while server.exitCode == nil {
      switch mailbox.take() {
      case .incoming(.message(let json)):
        if Self.isChange(json) { mailbox.changeWasTaken() }
        server.receive(json) { mailbox.isCancelled($0) }
        if let id = Self.cancelled(by: json) { mailbox.forget(id) }
      case .incoming(.broken(let reason)): server.refuse(reason)
      case .incoming(.end): server.endOfInput()
      case .runs(let uri, let made): server.add(made, to: uri)
      }
      try flush(&server)
      // A text that is about to change again is not worth a look.
      guard !mailbox.hasChanges, server.exitCode == nil else { continue }
      let wanted = server.publish()
      try flush(&server)
      for (uri, runs) in wanted {
        if runs.isEmpty { worker.cancel(uri) } else { worker.make(runs, for: uri) }
      }
    }
    if let code = server.exitCode, code != 0 { throw ExitCode(code) }
  }

  private func flush(_ server: inout LanguageServer) throws {
    for message in server.takeOutput() { try Terminal.print(Self.framed(message)) }
  }

  /// A message with its header.
  static func framed(_ message: JSONValue) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body = [UInt8](try encoder.encode(message))
    return Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
  }

  private static func isChange(_ json: JSONValue) -> Bool {
    json["method"]?.string == "textDocument/didChange"
  }

  /// The request that a message takes back.
  private static func cancelled(by json: JSONValue) -> RequestID? {
    json["method"]?.string == "$/cancelRequest" ? RequestID(json["params"]?["id"]) : nil
  }
}

/// Puts a message where the server finds it.
private func post(_ message: IncomingMessage, to mailbox: Mailbox) {
  guard case .message(let json) = message else {
    mailbox.post(.incoming(message))
    return
  }
  let method = json["method"]?.string
  mailbox.post(
    .incoming(message),
    cancels: method == "$/cancelRequest" ? RequestID(json["params"]?["id"]) : nil,
    isChange: method == "textDocument/didChange")
}
