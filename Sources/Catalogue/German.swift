// German words for what the tables of this room say in English.

extension Errno {
  /// What `strerror` says, in lower case where the language allows it.
  public func meaning(in language: Language) -> String {
    switch language {
    case .english: meaning
    case .german: germanMeaning
    }
  }

  /// In the words of glibc's German catalogue.
  private var germanMeaning: String {
    switch self {
    case .EPERM: "die Operation ist nicht erlaubt"
    case .ENOENT: "Datei oder Verzeichnis nicht gefunden"
    case .ESRCH: "kein passender Prozess gefunden"
    case .EINTR: "unterbrochener Systemaufruf"
    case .EIO: "Eingabe-/Ausgabefehler"
    case .ENXIO: "kein passendes Gerät bzw. keine passende Adresse gefunden"
    case .E2BIG: "die Argumentliste ist zu lang"
    case .ENOEXEC: "Fehler im Format der Programmdatei"
    case .EBADF: "ungültiger Dateideskriptor"
    case .ECHILD: "keine Kindprozesse"
    case .EAGAIN: "die Ressource ist zur Zeit nicht verfügbar"
    case .ENOMEM: "nicht genügend Hauptspeicher verfügbar"
    case .EACCES: "keine Berechtigung"
    case .EFAULT: "ungültige Adresse"
    case .ENOTBLK: "es wird ein Blockgerät benötigt"
    case .EBUSY: "das Gerät oder die Ressource ist belegt"
    case .EEXIST: "die Datei existiert bereits"
    case .EXDEV: "ungültiger Verweis über Gerätegrenzen hinweg"
    case .ENODEV: "kein passendes Gerät gefunden"
    case .ENOTDIR: "ist kein Verzeichnis"
    case .EISDIR: "ist ein Verzeichnis"
    case .EINVAL: "das Argument ist ungültig"
    case .ENFILE: "zu viele offene Dateien im System"
    case .EMFILE: "zu viele offene Dateien"
    case .ENOTTY: "unpassender ioctl (I/O-Control) für das Gerät"
    case .ETXTBSY: "die Programmdatei wird gerade benutzt"
    case .EFBIG: "die Datei ist zu groß"
    case .ENOSPC: "auf dem Gerät ist kein Speicherplatz mehr verfügbar"
    case .ESPIPE: "nicht erlaubter Seek"
    case .EROFS: "das Dateisystem ist nur lesbar"
    case .EMLINK: "zu viele Verweise"
    case .EPIPE: "Pipe ohne Leser"
    case .ERANGE: "das numerische Ergebnis ist außerhalb des gültigen Bereiches"
    case .ENAMETOOLONG: "der Dateiname ist zu lang"
    case .ENOSYS: "die angeforderte Funktion ist nicht implementiert"
    case .ENOTEMPTY: "das Verzeichnis ist nicht leer"
    case .ELOOP: "zu viele Ebenen aus symbolischen Verweisen"
    case .EOVERFLOW: "der Wert ist zu groß für den definierten Datentyp"
    case .EOPNOTSUPP: "die Operation wird nicht unterstützt"
    case .ETIMEDOUT: "die Wartezeit für die Verbindung ist abgelaufen"
    }
  }
}

extension Mechanism {
  /// What it is, in a language.
  public func title(in language: Language) -> String {
    switch language {
    case .english: title
    case .german: Self.germanTitles[id] ?? title
    }
  }

  static let germanTitles = [
    "S1": "ein Kern, der allen Prozessen gemeinsam ist",
    "S2": "Benutzermodus und Kernmodus",
    "S3": "privilegierte Befehle",
    "S4": "Kernspeicher: abgebildet und doch unerreichbar",
    "S5": "der Systemaufrufbefehl",
    "S6": "was der Kernmodus darf",
    "S7": "die Verteilung von Systemaufrufen",
    "S8": "Zeiger aus dem Benutzeradressraum",
    "S9": "Dateisysteme, Platten und das Netz",
    "S10": "Schlafen und Aufwachen",
    "S11": "Zugriffsrechte, Deskriptoren und offene Dateien",
    "S12": "die Rückkehr in den Benutzermodus",
    "S13": "Seitenfehler",
    "S14": "Unterbrechungen",
    "S15": "Kernmodule",
    "S16": "der Speicherplan eines Prozesses",
    "S17": "der Kernstapel",
    "S18": "getrennte Seitentabellen",
    "S19": "Fehler im Kernmodus",
    "S20": "Signale",
    "S21": "Prozesse, von fork bis wait",
  ]
}

extension Language {
  /// A phrase of the tables of architectures in this language; names of registers and the like have
  /// no other form, so what is not known stays as it is.
  public func phrase(_ english: String) -> String {
    switch self {
    case .english: english
    case .german: Self.germanPhrases[english] ?? english
    }
  }

  static let germanPhrases = [
    // Modes.
    "ring 3": "Ring 3",
    "ring 0": "Ring 0",
    "USR mode": "USR-Modus",
    "SVC mode": "SVC-Modus",
    "U mode": "U-Modus",
    "S mode": "S-Modus",
    "user mode": "Benutzermodus",
    "kernel mode": "Kernmodus",
    "problem state": "Problemzustand",
    "privileged state": "privilegierter Zustand",
    "supervisor state": "Supervisor-Zustand",
    // Where entry addresses are held.
    "vector table + 8": "die Vektortabelle + 8",
    "IDT gate 0x80": "IDT-Gate 0x80",
    "vector 0xC00": "Vektor 0xC00",
    "the SVC new PSW in lowcore (0x1C0)": "das neue SVC-PSW im Lowcore (0x1C0)",
    // What is saved where.
    "the SVC old PSW (lowcore 0x140)": "das alte SVC-PSW (Lowcore 0x140)",
    "the program old PSW (lowcore 0x150)": "das alte Programm-PSW (Lowcore 0x150)",
    "the I/O or external old PSW (lowcore 0x170, 0x130)":
      "das alte E/A- oder externe PSW (Lowcore 0x170, 0x130)",
    "fixed in the vDSO": "im vDSO fest vorgegeben",
    "pushed by the vDSO's caller": "vom Aufrufer des vDSO auf den Stapel gelegt",
    "Status.EXL is set": "Status.EXL wird gesetzt",
    "mode and mask go to sstatus.SPP and SPIE":
      "Modus und Maske gehen nach sstatus.SPP und SPIE",
    "scause ← 8 (ecall from U mode)": "scause ← 8 (ecall aus dem U-Modus)",
    "lowcore 0x8A ← the number in the instruction": "Lowcore 0x8A ← die Nummer im Befehl",
    "DFSR or IFSR": "DFSR oder IFSR",
    "DFAR or IFAR": "DFAR oder IFAR",
    "DSISR or SRR1": "DSISR oder SRR1",
    "lowcore 0x8E": "Lowcore 0x8E",
    "the TEID (lowcore 0xA8)": "der TEID (Lowcore 0xA8)",
    "the primary ASCE (CR1)": "das primäre ASCE (CR1)",
    // How kernel stacks are found.
    "`swapgs`, then rsp is loaded from the per-CPU top_of_stack":
      "`swapgs`, dann wird rsp aus dem top_of_stack der CPU geladen",
    "the CPU itself loads rsp from TSS.sp0": "die CPU selbst lädt rsp aus TSS.sp0",
    "the CPU itself loads esp from TSS.esp0": "die CPU selbst lädt esp aus TSS.esp0",
    "the CPU itself loads esp from MSR SYSENTER_ESP":
      "die CPU selbst lädt esp aus MSR SYSENTER_ESP",
    "SVC mode has a stack pointer of its own, SP_svc":
      "der SVC-Modus hat einen eigenen Stapelzeiger, SP_svc",
    "SP_EL1 is the stack pointer as soon as the CPU is in EL1":
      "SP_EL1 ist der Stapelzeiger, sobald die CPU in EL1 ist",
    "a KS CSR leads to the per-CPU area, and that to `kernelsp`":
      "ein KS-CSR führt zum Bereich der CPU und dieser zu `kernelsp`",
    "sp is loaded from the per-CPU `kernelsp`": "sp wird aus dem `kernelsp` der CPU geladen",
    "r1 is loaded from the PACA, the per-CPU area that an SPRG points to":
      "r1 wird aus der PACA geladen, dem Bereich der CPU, auf den ein SPRG zeigt",
    "sscratch, which holds the task while it is in user mode, leads to its stack":
      "sscratch, das im Benutzermodus auf den Prozess zeigt, führt zu seinem Stapel",
    "r15 is loaded from `kernel_stack` in lowcore":
      "r15 wird aus `kernel_stack` im Lowcore geladen",
    // Who walks page tables.
    "the MMU": "die MMU",
    "the page-table walker": "der Seitentabellen-Walker",
    "the TLB refill handler": "die TLB-Nachladeroutine",
    "region-third table": "Region-3-Tabelle",
    "segment table": "Segmenttabelle",
    "page table": "Seitentabelle",
    // The window of copies.
    "the user domain in DACR": "die Benutzerdomäne im DACR",
    "the entry code executes `clac`; the CPU has saved EFLAGS on the stack":
      "der Eintrittscode führt `clac` aus; EFLAGS hat die CPU auf dem Stapel gesichert",
    "the entry code executes `clac`; the CPU has saved RFLAGS on the stack":
      "der Eintrittscode führt `clac` aus; RFLAGS hat die CPU auf dem Stapel gesichert",
    "`iret` brings EFLAGS back": "`iret` bringt EFLAGS zurück",
    "`iret` brings RFLAGS back": "`iret` bringt RFLAGS zurück",
    "the CPU sets PAN at the exception and keeps the old PSTATE in SPSR_EL1":
      "die CPU setzt bei der Ausnahme PAN und hält das alte PSTATE in SPSR_EL1",
    "`eret` brings PSTATE back": "`eret` bringt PSTATE zurück",
    "the entry code saves DACR on the stack and shuts the user domain":
      "der Eintrittscode sichert DACR auf dem Stapel und schließt die Benutzerdomäne",
    "the exit code brings DACR back": "der Austrittscode bringt DACR zurück",
    "the entry code saves sstatus on the stack and clears SUM":
      "der Eintrittscode sichert sstatus auf dem Stapel und löscht SUM",
    "the exit code brings sstatus back": "der Austrittscode bringt sstatus zurück",
    "the entry code saves AMR on the stack and blocks the key of user pages":
      "der Eintrittscode sichert AMR auf dem Stapel und sperrt den Schlüssel der Benutzerseiten",
    "the exit code brings AMR back": "der Austrittscode bringt AMR zurück",
    // Exceptions.
    "AdEL or AdES": "AdEL oder AdES",
    "TLB exception": "TLB-Ausnahme",
    "alignment exception": "Ausrichtungsausnahme",
    "alignment fault": "Ausrichtungsfehler",
    "breakpoint": "Haltepunkt",
    "data or instruction abort": "Daten- oder Befehlsabbruch",
    "data abort": "Datenabbruch",
    "instruction abort": "Befehlsabbruch",
    "data or prefetch abort": "Daten- oder Vorabrufabbruch",
    "prefetch abort": "Vorabrufabbruch",
    "data segment interrupt (0x380)": "Datensegment-Unterbrechung (0x380)",
    "division by zero": "Division durch null",
    "fixed-point-divide exception": "Festkomma-Divisionsausnahme",
    "illegal instruction": "unzulässiger Befehl",
    "misaligned load": "nicht ausgerichtetes Laden",
    "operation exception": "Operationsausnahme",
    "page exception": "Seitenausnahme",
    "page fault": "Seitenfehler",
    "instruction page fault": "Seitenfehler beim Befehlsholen",
    "load page fault": "Seitenfehler beim Laden",
    "store page fault": "Seitenfehler beim Speichern",
    "data storage interrupt": "Datenspeicher-Unterbrechung",
    "instruction storage interrupt": "Befehlsspeicher-Unterbrechung",
    "privileged-operation exception": "Ausnahme wegen privilegierter Operation",
    "program check (0x700)": "Programmprüfung (0x700)",
    "program check (0x700), illegal instruction": "Programmprüfung (0x700), unzulässiger Befehl",
    "program check (0x700), privileged instruction":
      "Programmprüfung (0x700), privilegierter Befehl",
    "protection exception": "Schutzausnahme",
    "region-third-translation exception": "Region-3-Übersetzungsausnahme",
    "specification exception": "Spezifikationsausnahme",
    "storage interrupt (0x300 or 0x400)": "Speicherunterbrechung (0x300 oder 0x400)",
    "translation or protection exception": "Übersetzungs- oder Schutzausnahme",
    "trapped system instruction (EC 0x18)": "abgefangener Systembefehl (EC 0x18)",
    "undefined instruction (EC 0x00)": "undefinierter Befehl (EC 0x00)",
    "undefined instruction": "undefinierter Befehl",
  ]
}
