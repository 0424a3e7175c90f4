import Testing

@testable import Catalogue

@Suite struct LanguageTests {
  @Test func `a language is chosen by tag or name, with its region`() throws {
    for name in ["de", "german", "de-AT", "DE"] {
      #expect(LanguageChoice(name)?.words == .german, "\(name)")
    }
    #expect(LanguageChoice("de-AT")?.tag == "de-AT")
    #expect(LanguageChoice("german")?.tag == "de")
    #expect(LanguageChoice("english") == .english)
    for name in ["fr", "deu", "", "de AT", "-de", "d\"e", "ar", "klingon"] {
      #expect(LanguageChoice(name) == nil, "\(name)")
    }
    let mirrored = try #require(LanguageChoice("ar-XB"))
    #expect(mirrored.words == .english && mirrored.tag == "ar-XB")
  }

  @Test func `right to left is what is mostly written so`() {
    for tag in ["ar", "ar-XB", "he", "fa-IR", "ur", "ku-Arab", "AR"] {
      #expect(LanguageChoice.isRightToLeft(tag), "\(tag)")
    }
    for tag in ["en", "de", "ar-Latn", "ku", "hi", ""] {
      #expect(!LanguageChoice.isRightToLeft(tag), "\(tag)")
    }
  }

  @Test func `holes are filled once, and forms fit their numbers`() {
    let english = Language.english
    #expect(english.fill("%2 of %1, 100 % of %3", ["%2", "b"]) == "b of %2, 100 % of %3")
    #expect(english.fill("%", ["a"]) == "%")
    #expect(english.form("one¦many", for: 1) == "one")
    #expect(english.form("one¦many", for: 0) == "many")
    #expect(english.form("same", for: 2) == "same")
    #expect(english.grouped(1_240) == "1,240" && english.grouped(-12) == "-12")
    #expect(english.list(["a"]) == "a" && english.list([]).isEmpty)
    #expect(english.list(["a", "b", "c"], separator: "; ") == "a; b; and c")
  }

  /// All that the tables of architectures say in words.
  private static var phrases: Set<String> {
    var phrases: Set<String> = []
    for architecture in Architecture.all {
      phrases.formUnion([
        architecture.userModeName, architecture.kernelModeName, architecture.entryPointHolder,
        architecture.faultAddressRegister, architecture.stackSwitch, architecture.pageTableBase,
        architecture.tableWalker,
      ])
      phrases.formUnion(
        [
          architecture.syscallCause, architecture.causeRegister, architecture.interruptStackSwitch,
        ].compactMap(\.self))
      phrases.formUnion(architecture.exceptions.map(\.name))
      phrases.formUnion(architecture.pageTable.map(\.name))
      for saved in [
        architecture.savedBySyscall, architecture.savedByException, architecture.savedByInterrupt,
      ] {
        for place in [saved.programCounter, saved.flags] {
          switch place {
          case .special(let words), .nowhere(let words): phrases.insert(words)
          case .register, .stack: continue
          }
        }
      }
      if let window = architecture.userAccessWindow {
        phrases.formUnion([window.flag, window.closedAtEntry, window.openedAtReturn])
      }
      for access in [AccessKind.read, .write, .execute] {
        for isPresent in [false, true] {
          let cause = FaultCause(access: access, isUser: true, isPresent: isPresent, level: 0)
          let status = architecture.faultStatus.encode(cause)
          phrases.insert(architecture.faultStatus.decode(status).name)
        }
      }
    }
    return phrases
  }

  @Test func `what architectures say in words is said in German`() {
    let words: Set<String> = [
      "the", "is", "or", "and", "in", "of", "mode", "exception", "fault", "page", "instruction",
      "table", "state", "abort", "interrupt", "from", "loaded", "brings",
    ]
    for phrase in Self.phrases {
      let isEnglish = !words.isDisjoint(
        with: phrase.split { !$0.isLetter }.map { $0.lowercased() })
      if isEnglish { #expect(Language.german.phrase(phrase) != phrase, "\(phrase)") }
    }
    #expect(Language.english.phrase("the MMU") == "the MMU")
  }

  @Test func `no German phrase is of no use`() {
    // Abbreviations that stand in the table for other reasons would never be found missing.
    let unused = Set(Language.germanPhrases.keys).subtracting(Self.phrases)
    #expect(unused.isEmpty, "\(unused)")
  }

  @Test func `mechanisms, routines and errors have German words`() {
    #expect(Set(Mechanism.germanTitles.keys) == Set(Mechanism.all.map(\.id)))
    for routine in KernelRoutine.allCases {
      #expect(routine.purpose(in: .german) != routine.purpose(in: .english), "\(routine)")
    }
    for errno in Errno.allCases {
      #expect(errno.meaning(in: .german) != errno.meaning(in: .english), "\(errno)")
    }
  }
}
