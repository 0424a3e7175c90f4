public import Catalogue
public import Claims

/// What a lesson says besides its prose, its verdicts and the sentences about events. Holes are `%1`,
/// `%2` and so on.
public enum LessonPhrase: Sendable, CaseIterable {
  case memoryMap
  case noMemoryMap
  case noStack
  case stackCaption
  case emptyStack
  case frameColumn
  case routineColumn
  case purposeColumn
  case topFrame
  case purpose
  case noWalk
  case forAddress
  case walkCaption
  case stepColumn
  case actColumn
  case afterStep
  case atTheBeginning
  case noClaims
  case quoted
  case inStep
  case inSteps
  case holds
  case fails
  case doesNotHold
  case vacuous
  case verdictsCaption
  case claimColumn
  case asWritten
  case comparisonCaption
  case saidToHold
  case saidNotToHold
  case stepSays
  case tableStep
  case inOrder
  case atStep
  case cellIs
  case afterEvent
  case soUnder
  case itIs
  case seeStep
  case hintNumber
  case hintTime
  case hintBytes
  case hintAddress
  case hintTruth
  case hintMode
  case hintResult
  case hintTask
  case offByOne
  case onePageLess
  case onePageMore
  case twoPagesMore
  case oneTickLess
  case oneTickMore
  case twoTicksMore
  case stepHead
  case consoleHead
  case stepLine
  case stepTimeLine
  case printed
  case printedBy
  case eventsCaption
  case eventsOf
  case callsCaption
  case callsOf
  case mapCaption
  case processesCaption
  case timeColumn
  case cpuColumn
  case processColumn
  case modeColumn
  case eventColumn
  case callColumn
  case resultColumn
  case durationColumn
  case startColumn
  case endColumn
  case rightsColumn
  case offsetColumn
  case nameColumn
  case numberColumn
  case conditionColumn
  case waitsColumn
  case exitColumn
  case endsBefore
  case stacksAfter

  /// The text as its catalogue has it.
  func text(in language: Language) -> String {
    switch language {
    case .english: english
    case .german: german
    }
  }

  fileprivate var english: String {
    switch self {
    case .memoryMap: "The memory map of `%1` %2:"
    case .noMemoryMap: "`%1` has no memory map %2."
    case .noStack: "There is no kernel stack %1: nobody is alive."
    case .stackCaption: "The kernel stack of %1 %2 (%3)"
    case .emptyStack: "%1 is %2."
    case .frameColumn: "Frame"
    case .routineColumn: "Routine"
    case .purposeColumn: "What it is for"
    case .topFrame: "%1, the top"
    case .purpose: "It %1."
    case .noWalk: "The MMU has not walked the page table of `%1`%2 %3."
    case .forAddress: " for `%1`"
    case .walkCaption: "How the MMU found `%1` for %2, from step %3 on"
    case .stepColumn: "Step"
    case .actColumn: "What it did"
    case .afterStep: "after step %1"
    case .atTheBeginning: "at the beginning"
    case .noClaims: "No claim was put to the test so far."
    case .quoted: "“%1”"
    case .inStep: " (step %1)"
    case .inSteps: " (steps %1)"
    case .holds: "holds"
    case .fails: "fails"
    case .doesNotHold: "does not hold"
    case .vacuous: "vacuous"
    case .verdictsCaption: "All verdicts"
    case .claimColumn: "Claim"
    case .asWritten: "as written"
    case .comparisonCaption: "`%1` from user mode to the kernel and back"
    case .saidToHold: "said to hold"
    case .saidNotToHold: "said not to"
    case .stepSays: "%1 Step %2: %3"
    case .tableStep: ", step %1"
    case .inOrder: "In order: %1."
    case .atStep: "at step %1 `%2`"
    case .cellIs: "`%1` is %2"
    case .afterEvent: "After step %1, `%2`: %3."
    case .soUnder: "That is so under `%1`."
    case .itIs: "It is %1."
    case .seeStep: "%1 See step %2: %3"
    case .hintNumber: "a number"
    case .hintTime: "a time with its unit, such as 3 ms or 250us; rounded will do"
    case .hintBytes: "bytes, also in KiB or MiB"
    case .hintAddress: "an address, such as 0x1000"
    case .hintTruth: "yes or no"
    case .hintMode: "user or kernel"
    case .hintResult: "a number, or the name of an error"
    case .hintTask: "the name of a process"
    case .offByOne: "That is off by one."
    case .onePageLess: "That is one page less."
    case .onePageMore: "That is one page more."
    case .twoPagesMore: "That is two pages more."
    case .oneTickLess: "That is one tick less."
    case .oneTickMore: "That is one tick more."
    case .twoTicksMore: "That is two ticks more."
    case .stepHead: "step"
    case .consoleHead: "console:"
    case .stepLine: "step %1: %2"
    case .stepTimeLine: "step %1, %2: "
    case .printed: "What was printed"
    case .printedBy: "What `%1` printed"
    case .eventsCaption: "What happens in %1"
    case .eventsOf: "What `%1` does"
    case .callsCaption: "The system calls of %1"
    case .callsOf: "The system calls of `%1`"
    case .mapCaption: "The memory map of `%1` %2"
    case .processesCaption: "The processes %1"
    case .timeColumn: "Time"
    case .cpuColumn: "CPU"
    case .processColumn: "Process"
    case .modeColumn: "Mode"
    case .eventColumn: "Event"
    case .callColumn: "Call"
    case .resultColumn: "Result"
    case .durationColumn: "Duration"
    case .startColumn: "Start"
    case .endColumn: "End"
    case .rightsColumn: "Rights"
    case .offsetColumn: "Offset"
    case .nameColumn: "Name"
    case .numberColumn: "PID"
    case .conditionColumn: "State"
    case .waitsColumn: "Waits for"
    case .exitColumn: "Exit"
    case .endsBefore: "it ends before step %1: its steps are 0 to %2"
    case .stacksAfter: "kernel stacks after step %1, the top frame first"
    }
  }

  fileprivate var german: String {
    switch self {
    case .memoryMap: "Der Speicherplan von `%1` %2:"
    case .noMemoryMap: "`%1` hat %2 keinen Speicherplan."
    case .noStack: "Es gibt %1 keinen Kernstapel: niemand lebt."
    case .stackCaption: "Der Kernstapel von %1 %2 (%3)"
    case .emptyStack: "%1 ist %2."
    case .frameColumn: "Rahmen"
    case .routineColumn: "Routine"
    case .purposeColumn: "Wofür sie da ist"
    case .topFrame: "%1, der oberste"
    case .purpose: "Sie %1."
    case .noWalk: "Die MMU hat die Seitentabelle von `%1`%2 %3 nicht durchlaufen."
    case .forAddress: " für `%1`"
    case .walkCaption: "Wie die MMU `%1` für %2 gefunden hat, ab Schritt %3"
    case .stepColumn: "Schritt"
    case .actColumn: "Was sie tat"
    case .afterStep: "nach Schritt %1"
    case .atTheBeginning: "am Anfang"
    case .noClaims: "Bisher wurde keine Behauptung auf die Probe gestellt."
    case .quoted: "„%1“"
    case .inStep: " (Schritt %1)"
    case .inSteps: " (Schritte %1)"
    case .holds: "erfüllt"
    case .fails: "verletzt"
    case .doesNotHold: "nicht erfüllt"
    case .vacuous: "gegenstandslos"
    case .verdictsCaption: "Alle Urteile"
    case .claimColumn: "Behauptung"
    case .asWritten: "wie geschrieben"
    case .comparisonCaption: "`%1` vom Benutzermodus in den Kern und zurück"
    case .saidToHold: "sollte erfüllt sein"
    case .saidNotToHold: "sollte nicht erfüllt sein"
    case .stepSays: "%1 Schritt %2: %3"
    case .tableStep: ", Schritt %1"
    case .inOrder: "Der Reihe nach: %1."
    case .atStep: "in Schritt %1 `%2`"
    case .cellIs: "`%1` ist %2"
    case .afterEvent: "Nach Schritt %1, `%2`: %3."
    case .soUnder: "Das ist so unter `%1`."
    case .itIs: "Es ist %1."
    case .seeStep: "%1 Siehe Schritt %2: %3"
    case .hintNumber: "eine Zahl"
    case .hintTime: "eine Zeit mit Einheit, etwa 3 ms oder 250 µs; gerundet genügt"
    case .hintBytes: "Bytes, auch in KiB oder MiB"
    case .hintAddress: "eine Adresse, etwa 0x1000"
    case .hintTruth: "ja oder nein"
    case .hintMode: "Benutzermodus oder Kernmodus"
    case .hintResult: "eine Zahl oder der Name eines Fehlers"
    case .hintTask: "der Name eines Prozesses"
    case .offByOne: "Das liegt um eins daneben."
    case .onePageLess: "Das ist eine Seite weniger."
    case .onePageMore: "Das ist eine Seite mehr."
    case .twoPagesMore: "Das sind zwei Seiten mehr."
    case .oneTickLess: "Das ist ein Tick weniger."
    case .oneTickMore: "Das ist ein Tick mehr."
    case .twoTicksMore: "Das sind zwei Ticks mehr."
    case .stepHead: "Schritt"
    case .consoleHead: "Konsole:"
    case .stepLine: "Schritt %1: %2"
    case .stepTimeLine: "Schritt %1, %2: "
    case .printed: "Was ausgegeben wurde"
    case .printedBy: "Was `%1` ausgab"
    case .eventsCaption: "Was in %1 geschieht"
    case .eventsOf: "Was `%1` tut"
    case .callsCaption: "Die Systemaufrufe von %1"
    case .callsOf: "Die Systemaufrufe von `%1`"
    case .mapCaption: "Der Speicherplan von `%1` %2"
    case .processesCaption: "Die Prozesse %1"
    case .timeColumn: "Zeit"
    case .cpuColumn: "CPU"
    case .processColumn: "Prozess"
    case .modeColumn: "Modus"
    case .eventColumn: "Ereignis"
    case .callColumn: "Aufruf"
    case .resultColumn: "Ergebnis"
    case .durationColumn: "Dauer"
    case .startColumn: "Anfang"
    case .endColumn: "Ende"
    case .rightsColumn: "Rechte"
    case .offsetColumn: "Offset"
    case .nameColumn: "Name"
    case .numberColumn: "PID"
    case .conditionColumn: "Zustand"
    case .waitsColumn: "Wartet auf"
    case .exitColumn: "Exit-Status"
    case .endsBefore: "der Lauf endet vor Schritt %1: er hat die Schritte 0 bis %2"
    case .stacksAfter: "Kernstapel nach Schritt %1, der oberste Rahmen zuerst"
    }
  }
}

extension Verdict {
  /// The verdict on an expectation as a word.
  public var phrase: LessonPhrase {
    switch self {
    case .holds: .holds
    case .fails: .fails
    case .vacuous: .vacuous
    }
  }
}

extension Language {
  /// A text of a lesson with its holes filled.
  public func callAsFunction(_ phrase: LessonPhrase, _ parts: String...) -> String {
    fill(phrase.text(in: self), parts)
  }
}
