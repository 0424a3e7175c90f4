import Catalogue
import Trace

// Parts of German sentences.
extension German {
  var unnamedCall: String { "ein Systemaufruf" }

  func because(_ reason: String) -> String { "weil \(reason)" }

  func step(_ number: Int) -> String { "Schritt \(number)" }

  /// A clause with its verb at the end, to be read after "weil".
  func reason(_ origin: TraceEvent, for event: TraceEvent) -> String? {
    let task = name(Int64(origin.task))
    let device = names.device(origin)
    func signal() -> String { header.text(Int64(origin.object), .signal) }
    switch origin.kind {
    case .startsRequest, .startsWrite, .transfersData, .fetchesData:
      return "\(device) Auftrag \(origin.a) bearbeitet hat"
    case .submitsRequest, .submitsWrite, .queuesRequest:
      return "\(task) \(device) um Auftrag \(origin.a) gebeten hat"
    case .completesRequest:
      return origin.b < 0
        ? "\(device) an Auftrag \(origin.a) gescheitert ist"
        : "\(device) Auftrag \(origin.a) erledigt hat"
    case .interrupts: return "\(deviceSubject(origin)) unterbrochen hat"
    case .unlocksPage: return "die Seite da ist, auf die er gewartet hat"
    case .finishesWriteback: return "das Rückschreiben fertig ist, auf das er gewartet hat"
    case .lineReceives: return "Bytes bei \(device) angekommen sind"
    case .completesLine: return "eine Zeile von \(device) vollständig ist"
    case .transmitsPacket: return "\(device) Aufruf \(origin.a) gesendet hat"
    case .serverAnswers: return "der Server Aufruf \(origin.a) beantwortet hat"
    case .receivesPacket: return "die Antwort auf Aufruf \(origin.a) gekommen ist"
    case .kernelThreadStarts: return "der Kern \(task) gestartet hat"
    case .startsTimer: return "\(task) einen Zeitgeber gestellt hat"
    case .timerFires: return "der Zeitgeber abgelaufen ist"
    case .wakes: return "\(task) aufgewacht ist"
    case .sleeps: return "\(task) eingeschlafen ist"
    case .yields: return "\(task) die CPU abgegeben hat"
    case .isPreempted: return "\(task) verdrängt wurde"
    case .setsNeedResched: return "\(task) die CPU abgeben sollte"
    case .accountsTick: return "ein Tick \(task) angerechnet wurde"
    case .exits: return "\(task) geendet hat"
    case .isKilled: return "\(task) beendet wurde"
    case .receivesSignal: return "\(task) \(signal()) erhalten hat"
    case .faults: return "ein Befehl von \(task) eine Ausnahme ausgelöst hat"
    case .sendsSignal: return "\(task) \(signal()) geschickt hat"
    case .forks: return "\(task) sich verzweigt hat"
    case .fillsPipe: return "\(task) in die Pipe geschrieben hat"
    case .drainsPipe: return "\(task) aus der Pipe gelesen hat"
    case .callsSystemCall:
      return "\(task) " + (names.call(origin).map { "`\($0)`" } ?? "einen unbekannten Systemaufruf")
        + " aufgerufen hat"
    case .processStarts: return "\(task) gestartet wurde"
    case .sendsInterProcessorInterrupt:
      return "cpu\(origin.cpu) cpu\(origin.a) unterbrochen hat"
    case .receivesInterProcessorInterrupt: return "cpu\(origin.a) sie unterbrochen hat"
    case .deviceFails: return "\(device) kaputtgegangen ist"
    default: return nil
    }
  }

  /// Which page leaves memory, and why this one.
  func victim(_ event: TraceEvent) -> String {
    let spared =
      switch event.b {
      case 0: ""
      case 1: "; 1 Seite vor ihr war benutzt worden und bleibt"
      default: "; \(event.b) Seiten vor ihr waren benutzt worden und bleiben"
      }
    let why =
      switch VictimReason(rawValue: event.object) {
      case .notUsedSinceLastRound:
        "Der Zeiger der Uhr ist bei ihr angekommen, und niemand hat sie seit der letzten Runde "
          + "benutzt\(spared)"
      case .cameFirst: "Keine andere Seite, die gehen könnte, ist schon so lange im Speicher"
      case .unusedForLongest: "Keine andere Seite, die gehen könnte, ist schon so lange unbenutzt"
      case .drawnAtRandom, nil: "Sie wurde ausgelost"
      }
    return "Der Speicher ist knapp: die Seite in Rahmen \(names.hex(event.a)) soll gehen. Warum "
      + "diese? \(why)."
  }

  func privilegedInstruction(_ event: TraceEvent) -> String {
    let effect =
      switch UInt32(exactly: event.a).flatMap(PrivilegedEffect.init(rawValue:)) {
      case .masksInterrupts: "Unterbrechungen sind gesperrt"
      case .unmasksInterrupts: "Unterbrechungen sind zugelassen"
      case .waits: "die CPU wartet auf die nächste Unterbrechung"
      case .flushesTranslations: "der TLB wird geleert"
      case .usesPort: "ein Port wird angesprochen, und kein Gerät antwortet"
      case .leavesKernel:
        "er würde den Kern mit einem Zustand verlassen, den niemand vorbereitet hat"
      case .usesControlRegister, nil:
        "ein Register wird benutzt, das der Benutzermodus nicht hat"
      }
    return
      "\(upper(cpuSubject(event))) führt `\(text(event))` aus, was \(kernelMode) darf: \(effect)."
  }

  /// The window of copies, in the architecture's words.
  func userAccess(_ event: TraceEvent, opens: Bool) -> String {
    guard let window = architecture.userAccessWindow else {
      return "Benutzerseiten sind für \(kernelMode) \(opens ? "offen" : "geschlossen")."
    }
    let flag = language.phrase(window.flag)
    if event.object != 0 {
      return opens
        ? "\(upper(flag)) ist wie zuvor, denn \(language.phrase(window.openedAtReturn)): "
          + "Benutzerseiten sind wieder offen."
        : "\(upper(flag)) bleibt dabei nicht erhalten: \(language.phrase(window.closedAtEntry)). "
          + "Benutzerseiten sind geschlossen."
    }
    return opens
      ? "`\(window.openInstruction)`: \(flag) öffnet Benutzerseiten für \(kernelMode), nur für diese "
        + "Kopie."
      : "`\(window.closeInstruction)`: \(flag) schließt Benutzerseiten für \(kernelMode) wieder."
  }

  /// Where the CPU has pushed: with isolation it takes a stack of its own at first.
  func interruptStack(_ event: TraceEvent) -> String {
    guard let stack = architecture.kernelIsolation?.entryStack else { return "den Kernstapel" }
    let distance = UInt64(bitPattern: event.a) &- stack.address(ofCPU: Int(event.cpu))
    return distance < UInt64(architecture.pageBytes) ? "ihren Eintrittsstapel" : "den Kernstapel"
  }

  // MARK: Numbers and names

  func bytes(_ number: Int64) -> String { Quantity.bytes(number, in: language) }

  func time(_ nanoseconds: Int64) -> String { Quantity.duration(nanoseconds, in: language) }

  func count(_ number: Int64, _ one: String, _ many: String) -> String {
    "\(number) \(number == 1 ? one : many)"
  }

  func upper(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  /// What a task is called.
  func name(_ task: Int64) -> String { header.text(task, .task, in: language) }

  /// A string of the trace, as it is.
  func text(_ event: TraceEvent) -> String { header.strings[event.string] }

  func cpuSubject(_ event: TraceEvent) -> String {
    header.cpuCount > 1 ? "cpu\(event.cpu)" : "die CPU"
  }

  /// The same in the accusative, which has no other form.
  func cpuObject(_ event: TraceEvent) -> String { cpuSubject(event) }

  func onCPU(_ event: TraceEvent) -> String {
    header.cpuCount > 1 ? " auf cpu\(event.cpu)" : ""
  }

  /// Who interrupts.
  func deviceSubject(_ event: TraceEvent) -> String {
    names.isTimer(event) ? "der Zeitgeber" : names.device(event)
  }

  /// Whose interrupt it is.
  func deviceOrigin(_ event: TraceEvent) -> String {
    names.isTimer(event) ? "des Zeitgebers" : "von \(names.device(event))"
  }

  func error(_ errno: Errno) -> String { "\(errno.name) (\(errno.meaning(in: language)))" }

  func rawResult(_ value: Int64) -> String {
    Errno(returned: value).map { "\(value), das ist -\($0.name)" } ?? "\(value)"
  }

  func freeFrames(_ number: Int64) -> String {
    switch number {
    case 0: "kein Rahmen ist frei"
    case 1: "1 Rahmen ist frei"
    default: "\(number) Rahmen sind frei"
    }
  }

  func usedSlots(_ number: Int64) -> String {
    number == 1 ? "1 Platz ist belegt" : "\(number) Plätze sind belegt"
  }

  /// A page of a file, or a block of the file system itself.
  func page(_ event: TraceEvent) -> String {
    event.object == 0
      ? "Block \(event.a) des Dateisystems" : "Seite \(event.a) von Inode \(event.object)"
  }

  /// The same in the dative, which has no other form.
  func pageDative(_ event: TraceEvent) -> String { page(event) }

  func waitedFor(_ event: TraceEvent) -> String {
    let object = WaitObject(rawValue: event.object)
    let device = header.device(object.device).name
    return switch object.reason {
    case .device: device
    case .page: "eine Seite, die von \(device) unterwegs ist"
    case .timer: "seinen Zeitgeber"
    case .lock: "eine Sperre, die ein anderer Prozess hält"
    case .signal: "ein Signal"
    case .child: "das Ende eines Kindes"
    case .pipe: "das andere Ende einer Pipe"
    case .nothing: "nichts, was je kommen könnte"
    }
  }

  func signal(_ event: TraceEvent) -> String {
    guard let signal = Signal(rawValue: UInt8(truncatingIfNeeded: event.object)) else {
      return "Signal \(event.object)"
    }
    let meaning: String? =
      switch signal {
      case .SIGHUP: "Auflegen"
      case .SIGINT: "Unterbrechung von der Tastatur"
      case .SIGQUIT: "Abbruch von der Tastatur"
      case .SIGILL: "unzulässiger Befehl"
      case .SIGTRAP: "Haltepunkt"
      case .SIGABRT: "Abbruch"
      case .SIGBUS: "Busfehler"
      case .SIGFPE: "Rechenfehler"
      case .SIGKILL: "gewaltsames Beenden, nicht abzufangen"
      case .SIGSEGV: "Speicherzugriffsfehler"
      case .SIGPIPE: "Pipe ohne Leser"
      case .SIGALRM: "Wecker"
      case .SIGTERM: "Beenden"
      case .SIGCHLD: "ein Kind hat geendet"
      case .SIGCONT: "weitermachen"
      case .SIGSTOP: "anhalten, nicht abzufangen"
      case .SIGTSTP: "anhalten von der Tastatur"
      case .SIGTTIN: "ein Hintergrundprozess liest vom Terminal"
      case .SIGTTOU: "ein Hintergrundprozess schreibt auf das Terminal"
      case .SIGURG: "dringende Daten"
      case .SIGXCPU: "zu viel CPU-Zeit"
      case .SIGXFSZ: "eine zu große Datei"
      case .SIGVTALRM: "virtueller Wecker"
      case .SIGPROF: "Zeitgeber für Messungen"
      case .SIGWINCH: "das Fenster hat eine andere Größe"
      case .SIGIO: "ein Deskriptor ist bereit"
      case .SIGPWR: "Stromausfall"
      case .SIGSYS: "unzulässiger Systemaufruf"
      case .SIGSTKFLT, .SIGUSR1, .SIGUSR2: nil
      }
    return signal.name + (meaning.map { " (\($0))" } ?? "")
  }

  func signalReason(_ event: TraceEvent) -> String {
    let address = names.hex(event.b)
    return switch SignalCode(rawValue: UInt8(truncatingIfNeeded: event.a)) {
    case .SEGV_MAPERR: "SEGV_MAPERR, bei \(address) ist nichts abgebildet"
    case .SEGV_ACCERR: "SEGV_ACCERR, die Abbildung bei \(address) erlaubt den Zugriff nicht"
    case .FPE_INTDIV: "FPE_INTDIV, eine Division durch null bei \(address)"
    case .ILL_ILLOPN: "ILL_ILLOPN, kein solcher Befehl bei \(address)"
    case .ILL_ILLOPC: "ILL_ILLOPC, ein Befehl bei \(address), den er nicht ausführen darf"
    case .ILL_PRVOPC: "ILL_PRVOPC, ein privilegierter Befehl bei \(address)"
    case .SEGV_BNDERR: "SEGV_BNDERR, \(address) liegt außerhalb dessen, was benutzt werden darf"
    case .BUS_ADRALN: "BUS_ADRALN, \(address) ist nicht ausgerichtet"
    case .BUS_ADRERR:
      "BUS_ADRERR, hinter \(address) ist nichts: keine Seite einer Datei oder gar kein Speicher"
    case .SI_KERNEL: "SI_KERNEL, der Kern hat es geschickt"
    case .SI_USER: "SI_USER, Prozess \(event.b) hat es geschickt"
    case .CLD_EXITED: "CLD_EXITED, sein Kind \(event.b) hat geendet"
    case .CLD_KILLED: "CLD_KILLED, sein Kind \(event.b) wurde beendet"
    case .CLD_DUMPED:
      "CLD_DUMPED, sein Kind \(event.b) wurde beendet und hinterlässt ein Speicherabbild"
    case .CLD_STOPPED: "CLD_STOPPED, sein Kind \(event.b) wurde angehalten"
    case .CLD_CONTINUED: "CLD_CONTINUED, sein Kind \(event.b) macht weiter"
    case nil: "Code \(event.a)"
    }
  }

  func access(_ event: TraceEvent) -> String {
    switch AccessKind(rawValue: event.object) {
    case .read: "Lesen"
    case .write: "Schreiben"
    case .execute: "Ausführen"
    case nil: "\(event.object)"
    }
  }

  func softirq(_ event: TraceEvent) -> String { header.text(Int64(event.object), .softirq) }
}
