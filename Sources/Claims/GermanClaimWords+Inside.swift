import Catalogue
import Program
import Trace

// Events of the kernel's inside, in German.
extension GermanClaimWords {
  func inside(
    _ kind: EventKind, _ pattern: EventPattern, _ tense: ClaimWords.Tense
  ) -> String {
    func verb(_ present: String, _ past: String) -> String { tense == .past ? past : present }
    let who = pattern.task.map { header.text(Int64($0.rawValue), .task, in: language) }
    let someone = who ?? "ein Prozess"
    let device =
      pattern.object.map { header.device(DeviceID(rawValue: $0)).name } ?? "ein Gerät"
    let text =
      pattern.text.map { " \(Quantity.quoted($0))" }
      ?? pattern.object.map { " \(Quantity.quoted(header.strings[bytes: StringID(rawValue: $0)]))" }
    let bare =
      (pattern.text ?? pattern.object.map { header.strings[StringID(rawValue: $0)] })
      .map { " \($0)" } ?? ""
    let number = pattern.a.map { " \(bounds($0))" }
    let descriptor = number.map { " Deskriptor\($0)" } ?? " einen Deskriptor"
    let isError = { (bounds: ClosedRange<Int64>?) in bounds.map { $0.upperBound < 0 } ?? false }
    func object(_ type: FieldType, else missing: String) -> String {
      pattern.object.map { header.text(Int64($0), type, in: language) } ?? missing
    }
    func code(_ type: FieldType, _ missing: String) -> String {
      pattern.object.map { "`\(header.text(Int64($0), type))`" } ?? missing
    }
    /// `der Kern prüft für editor die Flags`; a separated prefix ends the clause.
    func kernel(
      _ present: String, _ past: String, _ rest: String, _ link: String = "für"
    ) -> String {
      "der Kern \(verb(present, past))" + (who.map { " \(link) \($0)" } ?? "") + rest
    }
    /// The same where the kernel does something to what is the task's.
    func ofTask(_ present: String, _ past: String, _ rest: String, _ end: String = "") -> String {
      "der Kern \(verb(present, past))\(rest)" + (who.map { " von \($0)" } ?? "") + end
    }
    let softirq =
      pattern.object == nil ? "einen Softirq" : "den Softirq \(object(.softirq, else: ""))"
    switch kind {
    case .startsRequest, .startsWrite: return "\(device) \(verb("beginnt", "begann")) einen Auftrag"
    case .transfersData, .fetchesData: return "\(device) \(verb("überträgt", "übertrug")) Daten"
    case .completesRequest: return "\(device) \(verb("erledigt", "erledigte")) einen Auftrag"
    case .timerFires:
      return "der Zeitgeber \(verb("läuft", "lief"))" + (who.map { " für \($0)" } ?? "") + " ab"
    case .runsSoftirq: return kernel("führt", "führte", " \(softirq) aus")
    case .raisesSoftirq: return kernel("stößt", "stieß", " \(softirq) an")
    case .callsRoutine: return kernel("führt", "führte", " \(code(.routine, "eine Routine")) aus")
    case .dispatches:
      return kernel("verteilt", "verteilte", " \(code(.systemCall, "einen Systemaufruf"))")
    case .checksFlags: return kernel("prüft", "prüfte", " die Flags")
    case .startsPathWalk: return kernel("geht", "ging", "\(text ?? " einen Pfad") entlang")
    case .checksSearch:
      let search = "die Suche nach\(text ?? " einem Namen")"
      return isError(pattern.b)
        ? "der Kern \(verb("verweigert", "verweigerte")) \(who.map { "\($0) " } ?? "")\(search)"
        : kernel("prüft", "prüfte", " \(search)")
    case .looksUpName: return kernel("schlägt", "schlug", "\(text ?? " einen Namen") nach")
    case .findsName:
      return isError(pattern.a)
        ? kernel("vermisst", "vermisste", text ?? " einen Namen")
        : kernel("findet", "fand", text ?? " einen Namen")
    case .crossesMount:
      return kernel("geht", "ging", " über den Einhängepunkt\(text ?? "")")
    case .followsLink: return kernel("folgt", "folgte", " dem Verweis\(text ?? "")")
    case .looksUpPage:
      let forWhom = who.map { " für \($0)" } ?? ""
      guard let found = pattern.b.map({ $0.lowerBound > 0 }) else {
        return "der Seitencache \(verb("wird", "wurde"))\(forWhom) gefragt"
      }
      return found
        ? "der Seitencache \(verb("hat", "hatte"))\(forWhom) die Seite"
        : "der Seitencache \(verb("hat", "hatte"))\(forWhom) die Seite nicht"
    case .checksPermission:
      return isError(pattern.b)
        ? "der Kern \(verb("verweigert", "verweigerte")) \(who.map { "\($0) " } ?? "")den Zugriff"
        : kernel("prüft", "prüfte", " die Zugriffsrechte")
    case .reservesDescriptor: return kernel("reserviert", "reservierte", descriptor)
    case .opensFile: return kernel("öffnet", "öffnete", " die Datei")
    case .installsDescriptor: return kernel("trägt", "trug", "\(descriptor) ein")
    case .closesDescriptor: return kernel("schließt", "schloss", descriptor)
    case .createsFile: return kernel("legt", "legte", "\(text ?? " eine Datei") an")
    case .truncatesFile: return kernel("ändert", "änderte", " die Größe der Datei")
    case .movesOffset:
      return kernel(
        "rückt", "rückte", " die Position" + (number.map { " auf\($0)" } ?? "") + " vor")
    case .submitsRequest, .submitsWrite:
      return kernel("erteilt", "erteilte", " einen Auftrag an \(device)")
    case .queuesRequest: return kernel("reiht", "reihte", " einen Auftrag an \(device) ein")
    case .acknowledgesInterrupt: return "der Kern \(verb("quittiert", "quittierte")) \(device)"
    case .locksPage: return kernel("sperrt", "sperrte", " eine Seite")
    case .unlocksPage: return kernel("entsperrt", "entsperrte", " eine Seite")
    case .allocatesPage: return kernel("belegt", "belegte", " eine Seite")
    case .copyFaults:
      return "eine Kopie des Kerns" + (who.map { " für \($0)" } ?? "")
        + " \(verb("löst", "löste")) eine Ausnahme aus"
    case .mapsRegion: return kernel("bildet", "bildete", "\(text ?? " einen Bereich") ab")
    case .unmapsRegion: return kernel("nimmt", "nahm", " einen Bereich aus dem Speicherplan")
    case .setsProtection: return kernel("schützt", "schützte", " einen Bereich")
    case .movesBreak: return kernel("verschiebt", "verschob", " den Break")
    case .growsStack: return kernel("vergrößert", "vergrößerte", " den Stapel")
    case .copiesPage: return kernel("kopiert", "kopierte", " eine Seite")
    case .reusesPage: return kernel("behält", "behielt", " eine Seite ohne Kopie")
    case .mapsAround: return kernel("bildet", "bildete", " Seiten ringsum ab")
    case .sharesPages: return kernel("teilt", "teilte", " Seiten")
    case .freesMemory: return ofTask("gibt", "gab", " Speicher", " frei")
    case .choosesVictim: return ofTask("wählt", "wählte", " ein Opfer", " aus")
    case .sparesPage: return ofTask("verschont", "verschonte", " eine Seite")
    case .reclaimsPage: return ofTask("holt", "holte", " eine Seite", " zurück")
    case .swapsOut: return ofTask("lagert", "lagerte", " eine Seite", " aus")
    case .swapsIn: return ofTask("lagert", "lagerte", " eine Seite", " ein")
    case .picksNext:
      return "der Kern \(verb("wählt", "wählte")) \(object(.task, else: "einen Prozess")) aus"
    case .setsNeedResched:
      return "der Kern \(verb("markiert", "markierte")) \(who ?? "einen Prozess")"
    case .accountsTick:
      return "der Kern \(verb("rechnet", "rechnete"))" + (who.map { " \($0)" } ?? "")
        + " einen Tick an"
    case .startsTimer: return kernel("stellt", "stellte", " einen Zeitgeber")
    case .executesSyscall:
      return "\(someone) \(verb("führt", "führte")) `\(header.architecture.syscallInstruction)` aus"
    case .savesRegisters: return ofTask("sichert", "sicherte", " die Register")
    case .restoresRegisters:
      return ofTask("lädt", "lud", " die Register", " zurück")
    case .opensUserAccess: return kernel("öffnet", "öffnete", " den Zugriff auf Benutzerseiten")
    case .closesUserAccess: return kernel("schließt", "schloss", " den Zugriff auf Benutzerseiten")
    case .inspectsAddress: return "der Simulator \(verb("schlägt", "schlug")) eine Adresse nach"
    case .writesProcFile:
      return kernel("erzeugt", "erzeugte", text ?? " eine Datei von /proc")
    case .backsRegion: return kernel("hinterlegt", "hinterlegte", " einen Bereich mit einer Datei")
    case .writesPageTableBase:
      let mode =
        switch pattern.object.flatMap(PageTableChange.init(rawValue:)) {
        case .kernel: " für den Kernmodus"
        case .user: " für den Benutzermodus"
        case .process: " für einen anderen Prozess"
        case nil: ""
        }
      return "der Kern \(verb("wechselt", "wechselte")) die Seitentabelle\(mode)"
    case .loadsModule: return "Modul\(bare) \(verb("wird", "wurde")) geladen"
    case .unloadsModule: return "Modul\(bare) \(verb("wird", "wurde")) entladen"
    case .checksModuleUse:
      return "Modul\(bare) \(verb("ist", "war"))" + (who.map { " für \($0)" } ?? "")
        + " in Benutzung"
    case .pinsModule:
      return "Modul\(bare) \(verb("wird", "wurde"))" + (who.map { " von \($0)" } ?? "")
        + " festgehalten"
    case .unpinsModule:
      return "Modul\(bare) \(verb("wird", "wurde"))" + (who.map { " von \($0)" } ?? "")
        + " freigegeben"
    case .registers: return kernel("trägt", "trug", "\(text ?? " etwas") ein")
    case .unregisters: return kernel("trägt", "trug", "\(text ?? " etwas") aus")
    case .mountsFileSystem:
      return "\(someone) \(verb("hängt", "hängte"))\(text ?? " ein Dateisystem") ein"
    case .unmountsFileSystem:
      return "\(someone) \(verb("hängt", "hängte"))\(text ?? " ein Dateisystem") aus"
    case .runsModuleCode:
      return "\(someone) \(verb("führt", "führte")) Modulcode\(text ?? "") aus"
    case .executesPrivileged:
      return "der Kern \(verb("führt", "führte"))" + (who.map { " für \($0)" } ?? "")
        + "\(bare.isEmpty ? " einen privilegierten Befehl" : bare) aus"
    case .logsMessage: return kernel("protokolliert", "protokollierte", text ?? " eine Meldung")
    case .oopses:
      return "der Kern \(verb("meldet", "meldete")) ein Oops" + (who.map { " in \($0)" } ?? "")
    case .panics: return kernel("hält", "hielt", " mit Kernel panic an")
    case .missesTLB:
      return "der TLB \(verb("hat", "hatte"))" + (who.map { " für \($0)" } ?? "")
        + " keine Übersetzung"
    case .readsAhead: return kernel("liest", "las", " voraus")
    case .allocatesBlock: return kernel("belegt", "belegte", " einen Block")
    case .writesBackPage: return kernel("schreibt", "schrieb", " eine Seite zurück")
    case .finishesWriteback:
      return kernel("beendet", "beendete", " das Rückschreiben einer Seite")
    case .updatesInode: return kernel("aktualisiert", "aktualisierte", " eine Inode")
    case .removesName: return kernel("entfernt", "entfernte", text ?? " einen Namen")
    case .lineReceives: return "\(device) \(verb("empfängt", "empfing")) Bytes"
    case .takesByte:
      let from = pattern.object == nil ? "einem Gerät" : device
      return kernel("holt", "holte", " ein Byte von \(from)")
    case .completesLine: return "\(device) \(verb("vollendet", "vollendete")) eine Zeile"
    case .marshalsCall: return kernel("verpackt", "verpackte", text ?? " einen Aufruf")
    case .transmitsPacket: return "\(device) \(verb("sendet", "sendete")) ein Paket"
    case .losesPacket: return "\(device) \(verb("verliert", "verlor")) ein Paket"
    case .serverAnswers:
      return "der Server \(verb("beantwortet", "beantwortete"))\(text ?? " einen Aufruf")"
    case .receivesPacket: return "\(device) \(verb("empfängt", "empfing")) ein Paket"
    case .handsUpPacket: return kernel("reicht", "reichte", "\(text ?? " ein Paket") nach oben")
    case .retransmits: return kernel("sendet", "sendete", " einen Aufruf erneut")
    case .checksAttributes: return kernel("prüft", "prüfte", " Attribute")
    default: return betweenTasks(kind, pattern, tense)
    }
  }

  /// Signals, processes and pipes, and what CPUs tell each other.
  private func betweenTasks(
    _ kind: EventKind, _ pattern: EventPattern, _ tense: ClaimWords.Tense
  ) -> String {
    func verb(_ present: String, _ past: String) -> String { tense == .past ? past : present }
    let name = pattern.task.map { header.text(Int64($0.rawValue), .task, in: language) }
    let who = name ?? "ein Prozess"
    let forWho = name.map { " für \($0)" } ?? ""
    let signal = pattern.object.map { header.text(Int64($0), .signal) } ?? "ein Signal"
    func another(_ bounds: ClosedRange<Int64>?, _ before: String) -> String {
      bounds.map { " \(before)\(tasks($0))" } ?? ""
    }
    let named =
      (pattern.text.map { Quantity.quoted($0) }
      ?? pattern.object.map { header.text(Int64($0), .string) }).map { " \($0)" }
    let sender = pattern.cpu.map { "cpu\($0)" } ?? "eine CPU"
    func cpus(_ range: ClosedRange<Int64>?) -> String? {
      range.map { "cpu\(bounds($0))" }
    }
    let purpose =
      switch pattern.object.flatMap(InterProcessorPurpose.init(rawValue:)) {
      case .reschedule: " (neue Prozesswahl)"
      case .signal: " (Signal)"
      case .invalidate: " (Übersetzungen vergessen)"
      case nil: ""
      }
    switch kind {
    case .sendsSignal:
      return "\(who) \(verb("schickt", "schickte")) \(signal)" + another(pattern.a, "an ")
    case .discardsSignal: return "\(who) \(verb("ignoriert", "ignorierte")) \(signal)"
    case .takesSignal:
      return "der Kern \(verb("stellt", "stellte")) \(name ?? "einem Prozess") \(signal) zu"
    case .entersHandler: return "\(who) \(verb("behandelt", "behandelte")) \(signal)"
    case .leavesHandler:
      return "\(who) \(verb("kehrt", "kehrte")) aus der Signalbehandlung zurück"
    case .restartsSystemCall:
      let call =
        pattern.object.map { "`\(header.text(Int64($0), .systemCall))`" } ?? "seinen Aufruf"
      return "\(who) \(verb("wiederholt", "wiederholte")) \(call)"
    case .stops: return "\(who) \(verb("hält", "hielt")) an"
    case .continues: return "\(who) \(verb("macht", "machte")) weiter"
    case .forks:
      return "\(who) \(verb("verzweigt", "verzweigte")) sich" + another(pattern.a, "zu ")
    case .execs: return "\(who) \(verb("führt", "führte"))\(named ?? " ein Programm") aus"
    case .isReparented: return "\(who) \(verb("bekommt", "bekam")) einen neuen Elternprozess"
    case .isReaped:
      return "der Status von \(name ?? "einem Prozess") \(verb("wird", "wurde")) abgeholt"
    case .createsPipe: return "der Kern \(verb("erzeugt", "erzeugte"))\(forWho) eine Pipe"
    case .fillsPipe: return "der Kern \(verb("füllt", "füllte"))\(forWho) eine Pipe"
    case .drainsPipe: return "der Kern \(verb("leert", "leerte"))\(forWho) eine Pipe"
    case .checksExitWork:
      return "der Kern \(verb("prüft", "prüfte"))\(forWho), was vor dem Austritt ansteht"
    case .interruptReturns:
      let of = pattern.object.map { " von \(header.text(Int64($0), .device))" } ?? ""
      return "der Kern \(verb("kehrt", "kehrte")) aus der Unterbrechung\(of) zurück"
    case .sendsInterProcessorInterrupt:
      return "\(sender) \(verb("unterbricht", "unterbrach")) "
        + "\(cpus(pattern.a) ?? "eine CPU")\(purpose)"
    case .receivesInterProcessorInterrupt:
      return "\(sender) \(verb("wird", "wurde")) von \(cpus(pattern.a) ?? "einer CPU") "
        + "unterbrochen\(purpose)"
    case .kernelThreadStarts:
      return "der Kern \(verb("startet", "startete")) einen Thread\(named ?? "")"
    case .invalidatesTranslation:
      let cpu = pattern.object.map { "cpu\($0)" } ?? "eine CPU"
      return "\(cpu) \(verb("vergisst", "vergaß")) eine Übersetzung"
    case .masksInterrupts: return "\(sender) \(verb("sperrt", "sperrte")) Unterbrechungen"
    case .unmasksInterrupts:
      return "\(sender) \(verb("lässt", "ließ")) Unterbrechungen wieder zu"
    default: return generic(kind, pattern, tense)
    }
  }

  /// Kinds that scripts have no words for: the catalogue's name, the task, the fields, as code.
  private func generic(
    _ kind: EventKind, _ pattern: EventPattern, _ tense: ClaimWords.Tense
  ) -> String {
    let facts = kind.facts
    var details: [String] = []
    if let field = facts.object {
      if let text = pattern.text {
        details.append("\(field.name) \(Quantity.quoted(text))")
      } else if let object = pattern.object {
        details.append("\(field.name) \(header.text(Int64(object), field.type, in: language))")
      }
    }
    for (field, bounds) in [(facts.a, pattern.a), (facts.b, pattern.b)] {
      guard let field, let bounds else { continue }
      let low = header.text(bounds.lowerBound, field.type, in: language)
      let high = header.text(bounds.upperBound, field.type, in: language)
      details.append("\(field.name) \(low == high ? low : "\(low) bis \(high)")")
    }
    let by = pattern.task.map { " von \(header.task($0).name)" } ?? ""
    let with = details.isEmpty ? "" : " (\(details.joined(separator: ", ")))"
    return "`\(facts.name)`\(by)\(with)\(tense == .past ? " geschah" : "")"
  }
}
