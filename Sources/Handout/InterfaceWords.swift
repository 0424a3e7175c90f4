import Catalogue
import Trace

/// What pages say besides lessons and sentences about events: one name for each text.
///
/// A text may have holes, `%1` to `%3`. One that counts has two forms, for one and for many, with a
/// broken bar between them, and the number in its first hole.
enum Phrase: CaseIterable {
  // Around a page.
  case skipToText
  case site
  case turns
  // The index.
  case lessonsTitle
  case mechanismsTitle
  case lessonCount
  case scenarioCount
  case expectationCount
  case holdCount
  case failCount
  case vacuousCount
  // Above a lesson.
  case instructorEdition
  case covers
  // Captions of scripts.
  case worldCaption
  case scenarioCaption
  case namedScenarioCaption
  case scenarioContinued
  case namedScenarioContinued
  case claimCaption
  case exampleCaption
  case errorCaption
  case namedErrorCaption
  case scriptCaption
  // Verdicts.
  case expectations
  case messages
  case holds
  case fails
  case vacuous
  case doesNotHold
  case seeStep
  case stepName
  case stepTitle
  case quoted
  case verdictsOn
  case claimColumn
  case allOfIt
  case claimTested
  case saidToHold
  case saidNotToHold
  case asWritten
  // Steps.
  case defaultScenario
  case whatHappens
  case story
  case closerSteps
  case closerStepsInStepper
  case allStepsInWords
  case allStepsOf
  case everyStepBefore
  case lessonsPage
  case everyStepAfter
  case stepsFromTo
  case becauseOf
  case onCPU
  case idle
  case overviewSteps
  case mechanismSteps
  case hardwareSteps
  case notShownHere
  case furtherSteps
  case closerNotShown
  case printsThem
  case whatHappensColon
  // Why a run ended.
  case endedByScript
  case endedByDeadlock
  case endedByPanic
  case endedByLimit
  case endedByFault
  // Runs that are compared.
  case comparedTitle
  case sameThroughout
  case otherFromStart
  case otherFromStep
  case runAtStep
  // The stepper.
  case stepsOf
  case stepOf
  case play
  case pause
  case changed
  case copy
  case copied
  case firstStep
  case stepBack
  case stepForward
  case lastStep
  case stepSlider
  case detail
  case detailStory
  case detailMechanism
  case detailHardware
  case linkToStep
  case because
  // Timelines.
  case userMode
  case kernelMode
  case interrupt
  case asleep
  case waitingForCPU
  case notThere
  case ended
  case timelineOf
  case timelineZoom
  case wholeWidth
  case timelineScrolls
  case timelineCaption
  case timelineText
  case makesRunnable
  case from
  case another
  case pictureEnds
  case processesWithoutLane
  case cpusWithoutLane
  // Pictures.
  case afterStep
  case atTheBeginning
  case processesPicture
  case readyQueue
  case asleepQueue
  case endedQueue
  case deferredWork
  case interruptOn
  case inUserMode
  case inKernelMode
  case sleepsOn
  case stoppedProcess
  case zombieProcess
  case more
  case stackPicture
  case emptyStack
  case stackOf
  case registersPicture
  case inTheCPU
  case savedRegisters
  case modeRow
  case inRoutine
  case descriptorsPicture
  case of
  case openFile
  case devicesPicture
  case reads
  case writes
  case isToRead
  case isToWrite
  case walkPicture
  case frameRow
  case ofAddress
  case atPlace
  case emptyEntry
  case keptInTLB
  case addressSpacePicture
  case pagesInMemory
  case anonymous
  case kernelTrampoline
  case kernelAll
  case kernelShared
  case kernelOwnTable
  case kernelSeparate
  case treePicture
  case processState
  case console
  case inode
  case namedInode
  // Tasks and questions.
  case task
  case question
  case points
  case toBeginWith
  case hidden
  case writeProgram
  case mustUse
  case mustNotUse
  case howItIsRun
  case isChecked
  case answer
  case answerIs
  case oneOfThese
  case moreThanOne
  case bringIntoOrder
  case toBeFilledIn
  case whenMoment
  case right
  case wrong
  case stepsBelow
  case checkAnswer
  case showAnyway
  case followSteps
  case notReadable
  case yourAnswer
  case moreThanOneShort
  case bringIntoOrderShort
  case moveUp
  case moveDown
  case whenColumn
  case cell
  case saidRight
  case saidWrong
  // Remarks, tables and notes of the prose.
  case note
  case tip
  case important
  case warning
  case caution
  case forInstructors
  case table
  case leftOut
  case notes
  case backToNote
  case backToNotePlace
  // Searching.
  case search
  case searchField
  case searchHint
  case noSearch
  case noSearchContents
  case foundNone
  case foundOne
  case foundMany
  case foundFirst
  case foundAlso
  // Numbers.
  case timeUnits
  case decimalMark

  /// The text as its catalogue has it.
  func text(in language: Language) -> String {
    switch language {
    case .english: english
    case .german: german
    }
  }
}

/// The words of pages in one language.
struct InterfaceWords: Sendable, Hashable {
  let language: Language

  static let english = InterfaceWords(language: .english)

  /// A text with its holes filled.
  func callAsFunction(_ phrase: Phrase, _ parts: String...) -> String {
    language.fill(phrase.text(in: language), parts)
  }

  /// The form of a text that fits a number, which fills its first hole.
  func count(_ phrase: Phrase, _ number: Int) -> String {
    count(phrase, number, as: language.grouped(number))
  }

  /// The same where the number is written in a way of its own, and there are more holes.
  func count(_ phrase: Phrase, _ number: Int, as digits: String, _ more: [String] = []) -> String {
    language.fill(language.form(phrase.text(in: language), for: number), [digits] + more)
  }

  func duration(_ nanoseconds: Int64) -> String { Quantity.duration(nanoseconds, in: language) }

  func bytes(_ count: Int64) -> String { Quantity.bytes(count, in: language) }

  /// "a, b and c".
  func list(_ parts: [String], separator: String = ", ") -> String {
    language.list(parts, separator: separator)
  }
}
