import Program

/// The items that the blocks of declarations have: what messages list, and what editors offer.
public enum BlockItems {
  static let device = ["latency"]
  static let swap = ["size"]
  static let scheduler = ["quantum"]
  static let user = ["uid", "groups"]
  static let directory = ["owner", "group", "mode"]
  static let file = directory + ["text", "size"]
  static let module = [
    "text", "data", "license", "vermagic", "needs", "provides", "interrupt", "init", "exit",
  ]
  static var costs: [(String, WritableKeyPath<Costs, Int64>)] {
    [
      ("instruction", \.instruction), ("kernel_step", \.kernelStep), ("syscall", \.syscall),
      ("interrupt", \.interrupt), ("context_switch", \.contextSwitch), ("tlb_miss", \.tlbMiss),
      ("page_table_switch", \.pageTableSwitch),
    ]
  }

  /// The names of the items in the block of something: of a declaration by its keyword, or of an item that
  /// has a block itself; empty where there is none.
  public static func names(of owner: String) -> [String] {
    switch owner {
    case "machine": MachineItem.all.map(\.name)
    case "scheduler": scheduler
    case "costs": costs.map(\.0)
    case "disk", "nic": device
    case "swap": swap
    case "user": user
    case "file": file
    case "dir": directory
    case "module": module
    default: []
    }
  }

  /// The words that an item of `machine` takes as its value; empty where it takes something else.
  public static func values(of item: String) -> [String] {
    switch item {
    case "scheduler": SchedulerPolicy.allCases.map(\.rawValue)
    case "isolation": Isolation.allCases.map(\.rawValue)
    case "replacement": ReplacementPolicy.allCases.map(\.rawValue)
    case "costs": ["ideal", "typical"]
    default: []
    }
  }
}
