import Catalogue
import Trace

/// The sentences of all events in German. The terms are listed in the README of this room.
struct German: Phrasebook {
  let names: EventNames
  let language = Language.german

  var header: TraceHeader { names.header }
  var architecture: Architecture { names.architecture }
  var userMode: String { language.phrase(architecture.userModeName) }
  var kernelMode: String { language.phrase(architecture.kernelModeName) }

  func sentence(_ event: TraceEvent) -> String {
    let task = name(Int64(event.task))
    func hex(_ value: Int64) -> String { names.hex(value) }

    switch event.kind {
    // Die Maschine und das Leben der Prozesse.
    case .machineStarts:
      return "Die Maschine startet: \(architecture.name), \(count(event.b, "CPU", "CPUs")), "
        + "\(bytes(event.a)) Speicher."
    case .processStarts:
      let program = header.strings[event.string]
      let running = program.isEmpty || program == task ? "" : " mit dem Programm \(program)"
      return "\(task) beginnt\(running) als Prozess \(event.a) des Benutzers \(event.b): "
        + "er ist bereit und wartet auf eine CPU."
    case .runs:
      let from =
        event.a == 0 || event.a == Int64(event.task) ? "" : " nach \(name(event.a))"
      let mode =
        event.mode == .user
        ? ""
        : event.depth == 0 ? " und beginnt im Kernmodus" : " und macht im Kernmodus weiter"
      return "\(task) bekommt \(cpuObject(event))\(from)\(mode)."
    case .idles: return "Niemand ist bereit: \(cpuSubject(event)) ist untätig."
    case .computes:
      return event.mode == .user
        ? "\(task) rechnet \(time(event.a)) im Benutzermodus."
        : "Der Code des Kerns arbeitet \(time(event.a)): \(task) kann die CPU nicht abgeben."
    case .isPreempted:
      return "\(task) wird verdrängt: er könnte weiterrechnen, aber andere sind an der Reihe."
    case .yields:
      return "\(task) gibt \(cpuObject(event)) mit `sched_yield` ab und bleibt bereit."
    case .sleeps:
      let state = event.a == 0 ? "Zustand D" : "Zustand S"
      let frames =
        switch event.depth {
        case 0: "sein Kernstapel bleibt erhalten"
        case 1: "1 Rahmen auf seinem Kernstapel bleibt, wo er ist"
        default: "\(event.depth) Rahmen auf seinem Kernstapel bleiben, wo sie sind"
        }
      return "\(task) schläft (\(state)): er wartet auf \(waitedFor(event)), und \(frames)."
    case .wakes:
      return "\(task) wacht nach \(time(event.a)) auf: "
        + "er ist wieder bereit, noch immer im Kernmodus."
    case .exits: return "\(task) endet mit dem Status \(event.a)."
    case .isKilled: return "Der Kern beendet \(task) durch \(signal(event))."
    case .receivesSignal: return "\(task) erhält \(signal(event)): \(signalReason(event))."
    case .writesConsole: return "\(task) schreibt \(names.quoted(event)) auf die Konsole."
    case .deadlocks:
      return "Verklemmung: "
        + (event.a == 1
          ? "1 Prozess schläft, und nichts steht aus, was ihn wecken könnte."
          : "\(event.a) Prozesse schlafen, und nichts steht aus, was sie wecken könnte.")
    case .runsOutOfMemory:
      let free =
        event.a == 0
        ? "keine ist frei" : "die letzten \(event.a) behält der Kern für sich"
      return "Der Speicher ist aufgebraucht: \(task) braucht eine Seite, \(free), und keine lässt "
        + "sich zurückholen."

    // In den Kern und wieder hinaus.
    case .callsSystemCall:
      guard let call = names.callAsWritten(event) else {
        return "\(task) ruft den Systemaufruf Nummer \(event.a) auf, den es nicht gibt."
      }
      return "\(task) ruft `\(call)` auf."
    case .systemCallReturns:
      let call = names.call(event).map { "`\($0)`" } ?? "Der unbekannte Systemaufruf"
      guard let errno = Errno(returned: event.a) else {
        return "\(call) liefert \(event.a) an \(task)."
      }
      return
        "\(call) scheitert: aus dem Ergebnis \(event.a) des Kerns wird in \(task) -1 mit errno "
        + "\(error(errno))."
    case .entersKernel:
      return "\(task) tritt \(entry(event)): \(userMode) → \(kernelMode)."
    case .returnsToUser:
      return "\(task) ist zurück im Benutzermodus: \(kernelMode) → \(userMode)."
    case .faults: return fault(event)
    case .resolvesPageFault: return resolvedFault(event)
    case .interrupts:
      let during =
        names.isIdle(event) ? "während die CPU untätig ist" : "während \(task) rechnet"
      return
        "\(names.isTimer(event) ? "Der Zeitgeber" : names.device(event)) unterbricht, \(during)."
    case .interruptReturns:
      return "Die Behandlung der Unterbrechung \(deviceOrigin(event)) ist fertig."

    // Was die CPU tut.
    case .loadsRegister:
      return "\(header.text(Int64(event.object), .register, in: language)) ← \(hex(event.a))"
        + "\(role(event))."
    case .executesSyscall: return systemCallInstruction(event)
    case .switchesStack:
      return "Vom Benutzerstapel (\(hex(event.a))) zum Kernstapel von \(task) "
        + "(\(hex(event.b))): \(stackSwitch(event))."
    case .savesRegisters:
      return "Der Eintrittscode sichert die Benutzerregister von \(task) "
        + "(\(count(event.b, "Wort", "Wörter"))) oben auf dessen Kernstapel, bei \(hex(event.a))."
    case .restoresRegisters:
      return "Der Austrittscode lädt die Benutzerregister von \(task) "
        + "(\(count(event.b, "Wort", "Wörter"))) von oben auf dessen Kernstapel, bei "
        + "\(hex(event.a))."
    case .executesReturn: return returnInstruction(event)
    case .pushesInterruptFrame:
      return "Die CPU selbst legt Stapelzeiger, \(architecture.flagsRegister) und "
        + "\(architecture.programCounter) \(hex(event.b)) auf \(interruptStack(event)), bei "
        + "\(hex(event.a)), und geht durch Vektor \(hex(Int64(event.object)))."
    case .savesReturnState: return savedState(event)
    case .advancesReturnAddress:
      return "Der Kern schiebt den gesicherten \(architecture.programCounter) hinter den Befehl "
        + "`\(architecture.syscallInstruction)`: \(hex(event.a)) → \(hex(event.b))."
    case .storesResult: return storedResult(event)
    case .masksInterrupts: return "Unterbrechungen sind\(onCPU(event)) gesperrt."
    case .unmasksInterrupts: return "Unterbrechungen sind\(onCPU(event)) wieder zugelassen."
    case .writesPageTableBase:
      let meaning =
        switch PageTableChange(rawValue: event.object) {
        case .kernel: "die Tabelle von \(task) für den Kernmodus, die den ganzen Kern abbildet"
        case .user:
          "die Tabelle von \(task) für den Benutzermodus, die vom Kern nur das Trampolin enthält"
        case .process, nil: "ein anderer Adressraum"
        }
      return "\(language.phrase(architecture.pageTableBase)) ← \(hex(event.a)), vorher "
        + "\(hex(event.b)): \(meaning)."
    case .opensUserAccess: return userAccess(event, opens: true)
    case .closesUserAccess: return userAccess(event, opens: false)
    case .writesProcFile:
      return "Der Kern schreibt \(text(event)), wie es in diesem Augenblick aussieht: "
        + "\(bytes(event.a)), verlangt ab Byte \(event.b)."
    case .backsRegion:
      return "Der Bereich bei \(hex(event.a)) zeigt die Datei mit Inode \(event.object)"
        + (event.b >> 8 == 0
          ? ", die auf keiner Platte liegt." : " von Gerät \(event.b >> 8):\(event.b & 0xFF).")
    case .flushesTLB:
      return event.a == 0
        ? "Der TLB wird geleert; er war leer."
        : "Der TLB vergisst seine \(count(event.a, "Übersetzung", "Übersetzungen")) aus der alten "
          + "Seitentabelle."
    case .missesTLB:
      return "Der TLB hat keine Übersetzung für \(hex(event.a)) (\(access(event))): "
        + "\(language.phrase(architecture.tableWalker)) durchläuft die Seitentabelle."
    case .readsPageTableEntry: return tableEntry(event)
    case .fillsTLB:
      return "Der TLB merkt sich die gefundene Übersetzung: \(hex(event.a)) (\(access(event))) "
        + "liegt in Rahmen \(hex(event.b))."

    // Was die Routinen des Kerns tun.
    case .callsRoutine:
      let purpose = KernelRoutine(rawValue: UInt8(truncatingIfNeeded: event.object))?
        .purpose(in: language)
      return "`\(names.routine(event))` \(purpose ?? "beginnt") "
        + "(\(event.a) Rahmen auf dem Kernstapel)."
    case .routineReturns:
      return "`\(names.routine(event))` liefert \(rawResult(event.a))."
    case .dispatches:
      guard let call = SystemCall[SystemCallID(rawValue: event.object)], let routine = call.routine
      else {
        return "Nummer \(event.a) steht nicht in der Systemaufruftabelle: das Ergebnis wird "
          + "\(error(.ENOSYS)) sein."
      }
      return "Nummer \(event.a) in der Systemaufruftabelle ist `\(call.name)`, bedient von "
        + "`\(architecture.name(of: routine))`."
    case .checksFlags:
      let outcome = Errno(returned: event.b).map { "sie widersprechen sich, \(error($0))" }
      return "Die Flags \(names.openFlags(event.a)) werden geprüft: "
        + "\(outcome ?? "sie sind in Ordnung")."
    case .copiesString:
      return "`\(architecture.name(of: .strncpyFromUser))` kopiert \(names.quoted(event)) ab "
        + "\(hex(event.a)) im Speicher von \(task) in den Kern "
        + "(\(bytes(event.b)) und das Nullbyte)."
    case .copiesFromUser:
      let routine = architecture.name(of: .copyFromUser)
      return event.b > 0 && header.strings[event.string].isEmpty
        ? "`\(routine)` kopiert \(bytes(event.b)) ab \(hex(event.a)) im Speicher von \(task) in "
          + "den Kern."
        : "`\(routine)` kopiert \(names.quoted(event)) ab \(hex(event.a)) im Speicher von \(task) "
          + "in den Kern (\(bytes(event.b)))."
    case .copiesToUser:
      let routine = architecture.name(of: .copyToUser)
      return event.b > 0 && header.strings[event.string].isEmpty
        ? "`\(routine)` kopiert \(bytes(event.b)) aus dem Kern nach \(hex(event.a)) im Speicher "
          + "von \(task)."
        : "`\(routine)` kopiert \(names.quoted(event)) aus dem Kern nach \(hex(event.a)) im "
          + "Speicher von \(task) (\(bytes(event.b)))."
    case .copyFaults:
      let rest = event.b > 0 ? ", und \(bytes(event.b)) bleiben unkopiert" : ""
      return "Die Kopie stößt auf \(hex(event.a)), was \(task) nicht benutzen darf: "
        + "die Ausnahmetabelle macht daraus einen Fehler statt eines Absturzes\(rest)."
    case .reservesDescriptor:
      if let errno = Errno(returned: event.a) {
        return "Für \(task) ist kein Deskriptor frei: \(error(errno))."
      }
      return "Deskriptor \(event.a) ist der niedrigste freie von \(task): er wird reserviert."
    case .startsPathWalk:
      return "Der Weg entlang \(names.quoted(event)) beginnt im "
        + "\(event.b == 0 ? "Arbeitsverzeichnis" : "Wurzelverzeichnis") (Inode \(event.a))."
    case .checksSearch:
      let place = "im Verzeichnis (Inode \(event.a))"
      if let errno = Errno(returned: event.b) {
        return "\(task) darf \(place) nicht nach \(names.quoted(event)) suchen, das Suchrecht (x) "
          + "fehlt: \(error(errno))."
      }
      return "\(task) darf \(place) nach \(names.quoted(event)) suchen: er hat das Suchrecht (x)."
    case .looksUpName:
      return event.b != 0
        ? "Der Dentry-Cache kennt \(names.quoted(event)) im Verzeichnis mit Inode \(event.a)."
        : "Der Dentry-Cache kennt \(names.quoted(event)) nicht: "
          + "das Verzeichnis (Inode \(event.a)) muss gelesen werden."
    case .findsName:
      if let errno = Errno(returned: event.a) {
        return "Das Verzeichnis hat keinen Eintrag \(names.quoted(event)): \(error(errno))."
      }
      return "Das Verzeichnis sagt: \(names.quoted(event)) ist Inode \(event.a)."
    case .crossesMount:
      return "Auf \(names.quoted(event)) ist ein anderes Dateisystem eingehängt: "
        + "der Weg geht in dessen Wurzel weiter (Inode \(event.a))."
    case .followsLink:
      return "Der Name ist ein symbolischer Verweis, der \(event.a). auf diesem Weg: "
        + "es geht entlang \(names.quoted(event)) weiter."
    case .looksUpPage:
      return event.b != 0
        ? "Der Seitencache hat \(page(event)): keine Platte wird gebraucht."
        : "Der Seitencache hat \(page(event)) nicht."
    case .allocatesPage:
      return "Seitenrahmen \(hex(event.a)) wird dem freien Speicher entnommen; "
        + "\(freeFrames(event.b))."
    case .locksPage:
      return "Die Seite in Rahmen \(hex(event.a)) ist gesperrt, bis ihr Inhalt da ist."
    case .unlocksPage:
      return "Der Inhalt der Seite in Rahmen \(hex(event.a)) ist da: die Seite wird entsperrt."
    case .mapsBlock:
      return "ext4 findet den Block zu Seite \(event.a) von Inode \(event.object): "
        + "Plattenblock \(event.b)."
    case .dirtiesPage:
      return "Seite \(event.a) von Inode \(event.object) hat sich im Speicher geändert und wird so "
        + "markiert: irgendwann muss sie auf die Platte."
    case .checksPermission:
      let wish = "\(task) will Inode \(event.object) \(wanted(event.a))"
      if let errno = Errno(returned: event.b) {
        return "\(wish): Besitzer, Gruppe und Rechte werden geprüft, und er darf nicht, "
          + "\(error(errno))."
      }
      return "\(wish): Besitzer, Gruppe und Rechte werden geprüft, und er darf."
    case .createsFile:
      return "Eine neue Datei \(names.quoted(event)) entsteht: Inode \(event.a), Rechte "
        + "\(Quantity.octal(event.b))."
    case .truncatesFile:
      return event.a == 0
        ? "Die Datei (Inode \(event.object)) wird geleert."
        : "Die Datei (Inode \(event.object)) ist jetzt \(bytes(event.a)) groß."
    case .opensFile:
      return "Für Inode \(event.object) entsteht ein Eintrag in der Tabelle der offenen Dateien: "
        + "\(names.openFlags(event.a)), Position 0."
    case .installsDescriptor:
      let file =
        event.object == 0
        ? "die Konsole" : "die offene Datei \(event.b) (Inode \(event.object))"
      return "Von nun an steht Deskriptor \(event.a) von \(task) für \(file)."
    case .closesDescriptor:
      return "Deskriptor \(event.a) von \(task) ist wieder frei; \(task) hat noch \(event.b) offen."
    case .movesOffset:
      return
        "In der Datei hinter Deskriptor \(event.object) geht es bei Position \(event.a) weiter."
    case .mapsRegion:
      let region =
        header.strings[event.string].isEmpty
        ? "einen anonymen Bereich" : "den Bereich \(names.quoted(event))"
      return "Der Speicherplan von \(task) bekommt \(region) von \(hex(event.a)) bis "
        + "\(hex(event.b))."
    case .setsProtection:
      let rights = RegionRights(rawValue: event.object).text
      return "\(task) darf seinen Speicher von \(hex(event.a)) bis \(hex(event.b)) als `\(rights)` "
        + "benutzen."
    case .unmapsRegion:
      return "Der Speicherplan von \(task) verliert, was von \(hex(event.a)) bis \(hex(event.b)) "
        + "lag."
    case .movesBreak:
      return "Das Ende der Halde von \(task), der Break, rückt von \(hex(event.b)) nach "
        + "\(hex(event.a))."
    case .growsStack:
      return "Der Stapelbereich von \(task) wächst abwärts von \(hex(event.b)) bis \(hex(event.a))."
    case .copiesPage:
      return "Die Seite in Rahmen \(hex(event.a)) wird nach Rahmen \(hex(event.b)) kopiert: "
        + "die alte benutzen noch andere."
    case .reusesPage:
      return "Niemand sonst benutzt die Seite in Rahmen \(hex(event.a)) mehr: "
        + "sie wird ohne Kopie beschreibbar."
    case .mapsAround:
      return "Im Voraus (Fault-around): \(count(event.b, "weitere Seite", "weitere Seiten")) der "
        + "Datei nahe \(hex(event.a)) \(event.b == 1 ? "ist" : "sind") im Seitencache und "
        + "\(event.b == 1 ? "wird" : "werden") gleich mit abgebildet."
    case .sharesPages:
      return "\(name(Int64(event.object))) bekommt den Adressraum von \(task): "
        + "\(count(event.a, "Seitentabelleneintrag", "Seitentabelleneinträge")) kopiert, private "
        + "Seiten auf beiden Seiten nur lesbar; \(freeFrames(event.b))."
    case .invalidatesTranslation:
      return "Der TLB von cpu\(event.object) vergisst die Seite bei \(hex(event.a))."
    case .countsResidentPages:
      return "\(count(event.a, "Seite", "Seiten")) von \(task) \(event.a == 1 ? "ist" : "sind") im "
        + "Speicher."
    case .freesMemory:
      return
        "\(event.a) Seitenrahmen von \(task) \(event.a == 1 ? "kehrt" : "kehren") in den freien "
        + "Speicher zurück; \(freeFrames(event.b))."
    case .loadsProgram:
      return "Das Programm \(names.quoted(event)) wird geladen: Seitentabelle, Kernstapel, Text, "
        + "Daten und die erste Stapelseite brauchen \(event.a) Rahmen; \(freeFrames(event.b))."
    case .reclaimsPage:
      let what =
        event.object == 0
        ? "der Seitencache verwirft eine unveränderte Seite aus Rahmen \(hex(event.a))"
        : "der Auslagerungsbereich hat die Seite aus Rahmen \(hex(event.a)), der wieder frei ist"
      return "Der Speicher ist knapp: \(what); \(freeFrames(event.b))."
    case .choosesVictim: return victim(event)
    case .sparesPage:
      return "\(task) hat die Seite in Rahmen \(hex(event.a)) seit der letzten Runde benutzt: "
        + "ihr Zugriffsbit wird gelöscht, und sie bleibt noch eine Runde."
    case .swapsOut:
      return "Die Seite von \(task) bei \(hex(event.a)) verlässt den Speicher: ihr "
        + "Seitentabelleneintrag ist nicht mehr gültig und nennt Platz \(event.b) des "
        + "Auslagerungsbereichs."
    case .swapsIn:
      return event.object == 0
        ? "Die Seite von \(task) bei \(hex(event.a)) ist von Platz \(event.b) des "
          + "Auslagerungsbereichs zurück und abgebildet."
        : "Die Seite von \(task) bei \(hex(event.a)), ausgelagert auf Platz \(event.b), ist noch im "
          + "Speicher: sie wird ohne die Platte wieder abgebildet."
    case .takesSwapSlot:
      return "Platz \(event.a) des Auslagerungsbereichs wird belegt; \(usedSlots(event.b))."
    case .freesSwapSlot:
      return "Niemand braucht Platz \(event.a) des Auslagerungsbereichs mehr; "
        + "\(usedSlots(event.b))."

    // Blockschicht und Platte.
    case .submitsRequest:
      return "Auftrag \(event.a), für Block \(event.b) von \(names.device(event)), geht an die "
        + "Blockschicht."
    case .queuesRequest:
      return "Auftrag \(event.a) reiht sich in die Warteschlange von \(names.device(event)) ein "
        + "(\(event.b) \(event.b == 1 ? "wartet" : "warten"))."
    case .startsRequest:
      return "\(names.device(event)) beginnt mit Auftrag \(event.a): Block \(event.b)."
    case .transfersData:
      return "\(names.device(event)) überträgt den Block von Auftrag \(event.a) per DMA in Rahmen "
        + "\(hex(event.b)), ohne eine CPU."
    case .acknowledgesInterrupt:
      return "Die Behandlungsroutine meldet \(names.device(event)), dass die Unterbrechung bemerkt "
        + "ist."
    case .raisesSoftirq:
      return "Die Behandlungsroutine stößt den Softirq \(softirq(event)) an: der Rest der Arbeit "
        + "kann warten, bis Unterbrechungen wieder zugelassen sind."
    case .runsSoftirq:
      return "Der Softirq \(softirq(event)) läuft; Unterbrechungen sind zugelassen."
    case .completesRequest:
      if let errno = Errno(returned: event.b) {
        return "Auftrag \(event.a) von \(names.device(event)) ist gescheitert: \(error(errno))."
      }
      return "Auftrag \(event.a) von \(names.device(event)) ist erledigt."

    // Prozesswechsel.
    case .startsTimer:
      return "Ein Zeitgeber wird gestellt, der \(task) bei \(time(event.a)) wecken wird."
    case .timerFires: return "Der Zeitgeber, auf den \(task) schlafend wartet, ist abgelaufen."
    case .accountsTick:
      return event.a > 0
        ? "Der Tick wird \(task) angerechnet: von seiner Zeitscheibe "
          + "\(event.a == 1 ? "ist" : "sind") noch \(count(event.a, "Tick", "Ticks")) übrig."
        : "Der Tick wird \(task) angerechnet: seine Zeitscheibe ist aufgebraucht."
    case .setsNeedResched:
      return "\(task) wird markiert (NEED_RESCHED): er soll die CPU abgeben, bevor er in den "
        + "Benutzermodus zurückkehrt."
    case .checksExitWork:
      return "Vor dem Benutzermodus sieht der Kern nach, ob etwas ansteht: \(exitWork(event.a))."
    case .picksNext:
      return header.isIdle(TaskID(rawValue: UInt16(truncatingIfNeeded: event.object)))
        ? "Der Scheduler findet niemanden, der bereit ist, und wählt den Leerlaufprozess."
        : "Der Scheduler wählt \(name(Int64(event.object))) (\(event.a) bereit)."
    case .switchesContext:
      return "\(upper(cpuSubject(event))) wechselt von \(name(event.a)) zu "
        + "\(name(event.b)): Kernstapel und Adressraum ändern sich."

    // Zwischen CPUs.
    case .sendsInterProcessorInterrupt:
      let aim =
        switch InterProcessorPurpose(rawValue: event.object) {
        case .reschedule, nil: "damit sie in ihre Bereitschlange sieht"
        case .signal: "damit der Prozess dort in den Kern kommt und sein Signal sieht"
        case .invalidate: "damit ihr TLB vergisst, was sich geändert hat"
        }
      return "cpu\(event.cpu) unterbricht cpu\(event.a), \(aim)."
    case .receivesInterProcessorInterrupt:
      return "cpu\(event.a) unterbricht cpu\(event.cpu): Vektor \(event.b)."
    case .acknowledgesInterProcessorInterrupt:
      return "Die Behandlungsroutine meldet dem Interruptcontroller, dass sie begonnen hat."

    // Rückschreiben und vorausschauendes Lesen.
    case .kernelThreadStarts:
      return "Der Kern startet einen eigenen Thread, \(names.quoted(event)) (Prozess \(event.a)): "
        + "er lebt im Kernmodus und hat keine Benutzerhälfte."
    case .readsAhead:
      return "Die Datei (Inode \(event.object)) wird der Reihe nach gelesen: der Kern fordert "
        + "\(count(event.b, "Seite", "Seiten")) ab Seite \(event.a) an, ob schon verlangt oder "
        + "nicht (vorausschauendes Lesen)."
    case .submitsWrite:
      return
        "Auftrag \(event.a), Block \(event.b) von \(names.device(event)) zu schreiben, geht an "
        + "die Blockschicht."
    case .startsWrite:
      return "\(names.device(event)) beginnt mit Auftrag \(event.a): Block \(event.b) wird "
        + "geschrieben werden."
    case .fetchesData:
      return
        "\(names.device(event)) holt den neuen Inhalt für Auftrag \(event.a) per DMA aus Rahmen "
        + "\(hex(event.b)), ohne eine CPU."
    case .allocatesBlock:
      return "ext4 wählt Plattenblock \(event.b) für Seite \(event.a) von Inode \(event.object), "
        + "erst jetzt, da sie geschrieben wird (verzögerte Belegung)."
    case .writesBackPage:
      return "Das Rückschreiben von \(pageDative(event)) beginnt, aus Rahmen \(hex(event.b)): "
        + "von nun an gilt der Inhalt als unverändert."
    case .finishesWriteback:
      if let errno = Errno(returned: event.b) {
        return "Das Rückschreiben von \(pageDative(event)) ist gescheitert, \(error(errno)): "
          + "wer als Nächster `fsync` aufruft, erfährt es."
      }
      return "\(page(event)) ist in Sicherheit: das Rückschreiben ist fertig."
    case .updatesInode:
      return "Inode \(event.object) (Größe \(bytes(event.a))) wird in Block \(event.b) der "
        + "Inode-Tabelle nachgetragen, der damit als geändert gilt."
    case .removesName:
      return
        "Der Name \(names.quoted(event)) wird aus seinem Verzeichnis genommen: Inode \(event.a) "
        + (event.b == 0 ? "hat keinen Namen mehr." : "hat noch \(event.b) Namen.")

    // Bytes von außen.
    case .lineReceives:
      return "\(bytes(event.b)) von außen \(event.b == 1 ? "erreicht" : "erreichen") "
        + "\(names.device(event)): \(header.text(event.a, .string))."
    case .takesByte:
      return "Die Behandlungsroutine liest das Byte \(hex(event.a)) von \(names.device(event)); "
        + (event.b > 0
          ? "dort \(event.b == 1 ? "wartet" : "warten") noch \(event.b)."
          : "dort wartet keines mehr.")
    case .completesLine:
      return "Die Leitungsdisziplin hat \(bytes(event.a)) von \(names.device(event)) für den, der "
        + "liest."

    // Ein Dateiserver hinter einer Netzkarte.
    case .marshalsCall:
      return "Der entfernte Prozeduraufruf \(names.quoted(event)) wird in eine Nachricht von "
        + "\(bytes(event.b)) gepackt: Aufruf \(event.a)."
    case .transmitsPacket:
      return "Der Treiber lässt \(names.device(event)) Aufruf \(event.a) senden "
        + "(\(bytes(event.b))): die Karte holt sich das Paket per DMA."
    case .losesPacket:
      return "Das Paket mit Aufruf \(event.a) geht verloren: \(names.device(event)) war defekt."
    case .serverAnswers:
      if let errno = Errno(returned: event.b) {
        return "Der Server hat Aufruf \(event.a), \(names.quoted(event)), angesehen und antwortet "
          + "\(error(errno))."
      }
      return "Der Server hat Aufruf \(event.a), \(names.quoted(event)), ausgeführt und antwortet."
    case .receivesPacket:
      return "\(names.device(event)) hat die Antwort auf Aufruf \(event.a) (\(bytes(event.b))) per "
        + "DMA in den Speicher gelegt."
    case .handsUpPacket:
      return "\(header.text(Int64(event.object), .string)) hat seinen Kopf geprüft und reicht die "
        + "Antwort auf Aufruf \(event.a) nach oben."
    case .retransmits:
      return "Auf Aufruf \(event.a) kam keine Antwort zur rechten Zeit: er wird zum "
        + "\(event.b). Mal erneut gesendet, über \(names.device(event))."
    case .checksAttributes:
      return event.b != 0
        ? "Was von Inode \(event.object) bekannt ist, ist \(time(event.a)) alt: frisch genug."
        : "Was von Inode \(event.object) bekannt ist, ist zu alt: der Server wird gefragt."

    // Signale.
    case .sendsSignal: return "\(task) schickt \(signal(event)) an \(name(event.a))."
    case .discardsSignal:
      return "\(signal(event)) wird verworfen: \(task) ignoriert es."
    case .takesSignal:
      return "Der Kern nimmt \(signal(event)) aus den anhängigen Signalen von \(task)."
    case .setsSignalAction:
      let action =
        switch event.a {
        case SignalHandler.byDefault: "das Vorgegebene"
        case SignalHandler.ignore: "nichts, es wird ignoriert"
        default: "die Behandlungsroutine bei \(hex(event.a))"
        }
      return "\(task) legt fest, was \(signal(event)) von nun an bewirkt: \(action)."
    case .setsSignalMask:
      return "Die Menge der Signale, die \(task) blockiert, ist \(hex(event.a)), vorher "
        + "\(hex(event.b))."
    case .entersHandler:
      return "\(task) behandelt \(signal(event)): ein Rahmen mit seinen Registern liegt bei "
        + "\(hex(event.b)) auf seinem Benutzerstapel, und der Benutzermodus geht bei "
        + "\(hex(event.a)) weiter."
    case .leavesHandler:
      return
        "Die Signalbehandlung von \(task) ist fertig: `rt_sigreturn` hat Register und Maske aus "
        + "dem Rahmen auf dem Benutzerstapel geladen, und \(task) macht bei \(hex(event.a)) weiter."
    case .restartsSystemCall:
      let call = names.call(event).map { "`\($0)`" } ?? "den Systemaufruf"
      return "\(task) soll \(call) wiederholen: \(architecture.programCounter) geht zurück auf "
        + "\(hex(event.a))."
    case .stops: return "\(signal(event)) hält \(task) an (Zustand T)."
    case .continues: return "\(task) macht weiter: er war angehalten."

    // Eltern und Kinder, Pipes.
    case .forks:
      return "\(task) verzweigt sich: \(name(event.a)), Prozess \(event.b), ist seine Kopie "
        + "und wird vom selben Aufruf 0 bekommen."
    case .execs:
      return
        "\(task) führt von nun an \(names.quoted(event)) aus: sein alter Speicher ist weg, und "
        + "er beginnt bei \(hex(event.a)) mit dem Stapel bei \(hex(event.b))."
    case .isReparented:
      return "Der Elternprozess von \(task) hat geendet: Prozess \(event.a) ist jetzt sein "
        + "Elternprozess."
    case .isReaped:
      return "Prozess \(event.a) hat den Status \(hex(event.b)) von \(task) abgeholt: von \(task) "
        + "ist nichts mehr übrig."
    case .createsPipe:
      return "Für \(task) entsteht eine Pipe: Deskriptor \(event.a) liest daraus, Deskriptor "
        + "\(event.b) schreibt hinein."
    case .fillsPipe:
      return "\(bytes(event.a)) \(event.a == 1 ? "geht" : "gehen") in die Pipe, die jetzt "
        + "\(bytes(event.b)) enthält."
    case .drainsPipe:
      return "\(bytes(event.a)) \(event.a == 1 ? "kommt" : "kommen") aus der Pipe, die jetzt "
        + "\(bytes(event.b)) enthält."

    // Von außen betrachtet.
    case .inspectsAddress:
      let mode = event.mode == .user ? userMode : kernelMode
      let head =
        "Die Seitentabellen von \(task), von außen betrachtet (\(mode)), führen von "
        + hex(event.a)
      guard event.b >= 0 else { return "\(head) zu keiner Seite." }
      let isUsers = PagePermission(rawValue: UInt8(truncatingIfNeeded: event.object)).contains(
        .user)
      return "\(head) zur physischen Adresse \(hex(event.b)), "
        + (isUsers ? "die der Benutzermodus benutzen darf." : "nur für den Kernmodus.")

    // Module und ihr Code im Kernmodus.
    case .checksCapability:
      return "\(text(event)) wird verlangt: Benutzer \(event.a) "
        + (event.b == 0
          ? "hat dieses Recht."
          : "hat dieses Recht nicht, \(error(.EPERM)). Auf den Modus der CPU kommt es nicht an.")
    case .checksModule:
      guard let errno = Errno(returned: event.b) else {
        return
          "Die Datei ist ein Modul für diesen Kern, namens \(text(event)); kein anderes heißt so."
      }
      return "Die Datei wird abgelehnt (\(text(event))): \(error(errno))."
    case .mapsModule:
      return "Der Abschnitt \(text(event)) wird in Seitenrahmen kopiert, die bei "
        + "\(hex(event.a))–\(hex(event.b)) abgebildet sind, im Teil des Kerns jeder Seitentabelle."
    case .resolvesSymbol:
      return event.b == 0
        ? "Das Modul verlangt \(text(event)): der Kern exportiert es, bei \(hex(event.a))."
        : "Das Modul verlangt \(text(event)), was der Kern nicht exportiert."
    case .relocatesModule:
      return "\(count(event.a, "Adresse", "Adressen")) im Code von \(text(event)) "
        + "\(event.a == 1 ? "wird" : "werden") eingesetzt, jetzt, da sein Platz bekannt ist."
    case .protectsModule:
      return "\(text(event)) bei \(hex(event.a)) kann "
        + (event.b != 0
          ? "von nun an gelesen und ausgeführt, aber nicht mehr geschrieben werden."
          : "gelesen und geschrieben, aber nicht ausgeführt werden.")
    case .loadsModule:
      return
        "Das Modul \(text(event)) ist in Betrieb: \(bytes(event.b)) bei \(hex(event.a)) gehören "
        + "zum Kern, für jeden Prozess."
    case .unloadsModule:
      let head = "Das Modul \(text(event)) wird"
      guard let errno = Errno(returned: event.b) else {
        return "\(head) aus dem Kern genommen; \(freeFrames(event.a))."
      }
      return "\(head) wieder aus dem Kern genommen, wegen \(error(errno)); \(freeFrames(event.a))."
    case .checksModuleUse:
      return switch Errno(returned: event.b) {
      case nil:
        "Das Modul \(text(event)) darf entfernt werden: es ist in Betrieb, und niemand benutzt es."
      case .EAGAIN:
        "Das Modul \(text(event)) kann jetzt nicht entfernt werden: es wird \(event.a)-mal benutzt, "
          + "\(error(.EAGAIN))."
      case let errno?:
        "Das Modul \(text(event)) kann nicht entfernt werden: es ist nicht in Betrieb, oder es hat "
          + "eine init-Funktion und keine exit-Funktion, \(error(errno))."
      }
    case .pinsModule:
      return "\(task) benutzt von nun an das Modul \(text(event)): dessen Benutzungszähler ist "
        + "\(event.a), und solange er nicht 0 ist, kann das Modul nicht entfernt werden."
    case .unpinsModule:
      return "Der Benutzungszähler des Moduls \(text(event)) ist jetzt \(event.a)."
    case .registers:
      let module = header.strings[StringID(rawValue: UInt32(truncatingIfNeeded: event.a))]
      return "Von nun an kennt der Kern \(text(event)): das Modul \(module) bringt es mit."
    case .unregisters: return "Der Kern kennt \(text(event)) nicht mehr."
    case .looksUpFileSystem:
      guard event.b == 0 else {
        return "Der Kern kennt keine Art von Dateisystem, die \(text(event)) heißt: "
          + "\(error(.ENODEV))."
      }
      return "Der Kern kennt die Art von Dateisystem \(text(event)): "
        + (event.a != 0 ? "ein Modul hat sie gebracht." : "sie ist eingebaut.")
    case .mountsFileSystem:
      return "Ein neues Dateisystem der Art \(text(event)) liegt auf dem Verzeichnis mit Inode "
        + "\(event.a): wer dorthin geht, kommt in seine Wurzel."
    case .checksMountUse:
      return event.b == 0
        ? "Niemand hat eine Datei des Dateisystems offen, und niemand ist darin: es darf gehen."
        : "Das Dateisystem kann nicht ausgehängt werden: \(error(.EBUSY))."
    case .unmountsFileSystem:
      return "Das Dateisystem der Art \(text(event)) ist ausgehängt, und was darin war, ist weg."
    case .runsModuleCode:
      return "\(text(event)) beginnt bei \(hex(event.a)), in \(kernelMode), auf dem Kernstapel von "
        + "\(task) bei \(hex(event.b)): \(task) ist weiterhin der aktuelle Prozess."
    case .executesPrivileged: return privilegedInstruction(event)
    case .logsMessage: return "Der Kern protokolliert \(names.quoted(event))."
    case .oopses:
      return
        "Oops: \(text(event)). Nichts behebt diesen Fehler bei \(hex(event.b)): \(task) wird an "
        + "Ort und Stelle beendet, mit allem, was er hält, und das System läuft weiter."
    case .panics: return "Kernel panic: \(text(event)). Die Maschine hält an."

    // Was der Ablauf selbst tut.
    case .deviceFails:
      return header.device(event.device).kind == .nic
        ? "\(names.device(event)) geht kaputt: das nächste Paket wird verloren gehen."
        : "\(names.device(event)) geht kaputt: der nächste Auftrag wird mit \(error(.EIO)) enden."
    }
  }
}
