/// Code that the kernel maps into every process besides its program: libc, and the vDSO.
///
/// Its text is read-only and may be one set of frames for all processes; its data is private to
/// each. Nothing of it runs unless the program calls it.
public struct LibraryImage: Sendable, Hashable {
  /// Its name in scripts: `libc`, `vdso`.
  public var name: String
  /// What a process's memory map calls it: `/lib/libc.so`, `[vdso]`.
  public var path: String
  /// The bytes of its text: code with its literals.
  public var text: [UInt8]
  /// First address of the text; a multiple of the page size.
  public var textBase: Int64
  /// The initial content of its writable data, on the pages behind the text; the vDSO has none.
  public var data: [UInt8]
  /// First address of the data; a multiple of the page size.
  public var dataBase: Int64
  /// Its functions and variables, in order of address.
  public var symbols: [ProgramImage.Symbol]

  /// Makes a library.
  public init(
    name: String, path: String, text: [UInt8], textBase: Int64, data: [UInt8] = [],
    dataBase: Int64 = 0, symbols: [ProgramImage.Symbol]
  ) {
    self.name = name
    self.path = path
    self.text = text
    self.textBase = textBase
    self.data = data
    self.dataBase = dataBase
    self.symbols = symbols
  }

  /// The address of a function or variable.
  public func address(of name: String) -> Int64? {
    symbols.first { $0.name == name }?.address
  }
}
