import Catalogue
import Program
import SourceText
import WalkSyntax

/// The libraries of all architectures, compiled when one is first wanted.
enum Libraries {
  private static let all = Dictionary(
    Architecture.all.map { ($0.name, build($0).images) }, uniquingKeysWith: { first, _ in first })

  /// libc and the vDSO as an architecture has them, in the order of ``LibraryFunction/libraries``.
  static func images(for architecture: Architecture) -> [LibraryImage] {
    all[architecture.name] ?? []
  }

  private static let files = Dictionary(
    Architecture.all.map { architecture in
      let files = images(for: architecture).filter { $0.path.hasPrefix("/") }
        .map { (path: $0.path, bytes: $0.file(for: architecture)) }
      return (architecture.name, files)
    }, uniquingKeysWith: { first, _ in first })

  /// The files of the libraries that lie in a file system.
  static func files(for architecture: Architecture) -> [(path: String, bytes: [UInt8])] {
    files[architecture.name] ?? []
  }

  /// Compiles the libraries of an architecture; they give no diagnostics, as a test makes sure.
  static func build(_ architecture: Architecture) -> (
    images: [LibraryImage], diagnostics: [Diagnostic]
  ) {
    let libc = compile(
      "libc", LibrarySources.libc, path: "/lib/libc.so", base: architecture.libraryBase,
      architecture)
    let vdso = compile(
      "vdso", LibrarySources.vdso, path: "[vdso]", base: architecture.vdsoBase, architecture)
    return ([libc.image, vdso.image], libc.diagnostics + vdso.diagnostics)
  }

  private static func compile(
    _ name: String, _ source: String, path: String, base: UInt64, _ architecture: Architecture
  ) -> (image: LibraryImage, diagnostics: [Diagnostic]) {
    let file = SourceFile(
      name: "\(name).walk", bytes: Array("program \(name) {\n\(source)\n}".utf8))
    let fragment = SourceFragment(file, id: FileID(rawValue: 0))
    let script = WalkParser.parse(fragment)
    var diagnostics = script.diagnostics
    var body: [ProgramStatementSyntax] = []
    var range = SourceRange(file: fragment.file, lower: 0, upper: 0)
    if case .program(_, let statements, let place)? = script.statements.first {
      (body, range) = (statements, place)
    }
    var compiler = ProgramCompiler(
      name: name, range: range, architecture: architecture, memoryBytes: 1 << 20,
      texts: SourceTexts([fragment]),
      target: .library(base: Int64(truncatingIfNeeded: base)))
    let image = compiler.compile(body)
    diagnostics += compiler.diagnostics
    return (
      LibraryImage(
        name: name, path: path, text: image.text, textBase: Int64(truncatingIfNeeded: base),
        data: image.data, dataBase: image.dataBase,
        symbols: image.symbols.filter { !$0.name.hasPrefix("_") || $0.name.hasPrefix("__") }),
      diagnostics
    )
  }
}

// Trampolines: code that no function of the language could be.
extension ProgramCompiler {
  /// What a library has besides its functions: where signal handlers return to.
  ///
  /// It must not touch the stack, on which the kernel looks for the registers that it saved.
  mutating func appendTrampolines() -> [CodeBuffer.FunctionSymbol] {
    let holder: SignalTrampoline = name == "libc" ? .libc : .vdso
    guard architecture.signalTrampoline == holder, let id = SystemCall.named("rt_sigreturn"),
      let number = SystemCall[id]?.numbers[architecture.name]
    else { return [] }
    let label = code.makeLabel()
    code.place(label)
    trap(number, id, isBare: true, range)
    return [CodeBuffer.FunctionSymbol(name: holder.symbol, label: label)]
  }
}

extension SignalTrampoline {
  /// The name of the trampoline in its library.
  var symbol: String {
    switch self {
    case .libc: "__restore_rt"
    case .vdso: "__kernel_rt_sigreturn"
    }
  }
}
