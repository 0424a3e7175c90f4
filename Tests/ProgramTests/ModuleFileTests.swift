import Catalogue
import Program
import SourceText
import TestSupport
import Testing

/// The ELF files of modules, whole and broken.
@Suite struct ModuleFileTests {
  static let image: ModuleImage = {
    var image = ModuleImage(
      name: "toy", range: SourceRange(file: FileID(rawValue: 0), lower: 0, upper: 0))
    image.text = [UInt8](repeating: 1, count: 64)
    image.data = Array("hello".utf8)
    image.relocations = [
      ModuleImage.Relocation(offset: 56, section: .data, addend: 2),
      ModuleImage.Relocation(offset: 48, section: .text, addend: 8),
    ]
    image.initOffset = 0
    image.exitOffset = 16
    image.imports = ["kmalloc", "printk"]
    image.provides = [
      .fileSystem("toyfs"), .fileSystem("funfs", operations: [.mount: 8, .unmount: 16]),
      .device(path: "/dev/toy", mode: 0o644, operations: [.read: 24, .open: 32]),
      .interrupt(device: "sda", handler: 40),
    ]
    return image
  }()

  @Test(arguments: Architecture.all.map(\.name))
  func `what is written is read again`(_ name: String) throws {
    let architecture = try #require(Architecture.named(name))
    let file = try ModuleFile(Self.image.file(for: architecture), for: architecture)
    #expect(file.name == "toy" && file.text == Self.image.text && file.data == Self.image.data)
    #expect(file.offset(of: "init_module") == 0 && file.offset(of: "cleanup_module") == 16)
    #expect(file.symbols.filter { $0.section == 0 }.map(\.name) == ["", "kmalloc", "printk"])
    #expect(
      file.relocations.map(\.offset) == [56, 48] && file.relocations.map(\.addend) == [2, 8])
    #expect(file.relocations.map { file.symbols[$0.symbol].section } == [2, 1])
    #expect(file.provides == Self.image.provides)
    #expect(file.value(of: "license") == "GPL")
  }

  @Test func `a function outside the text is refused`() {
    for provision in [
      ModuleImage.Provision.fileSystem("toyfs", operations: [.mount: 64]),
      .device(path: "/dev/toy", operations: [.read: Int64.max]),
      .interrupt(device: "sda", handler: -8),
    ] {
      var image = Self.image
      image.provides = [provision]
      #expect(throws: ModuleFile.Problem.malformed) {
        try ModuleFile(image.file(for: .x86_64), for: .x86_64)
      }
    }
  }

  @Test func `a file cut off anywhere is refused`() {
    let whole = Self.image.file(for: .x86_64)
    for count in 0..<whole.count {
      let file = try? ModuleFile(Array(whole.prefix(count)), for: .x86_64)
      #expect(file == nil, "\(count) bytes")
    }
  }

  @Test func `a file with wrong bytes is refused or read, and nothing worse`() {
    var random = SeededGenerator(seed: 7)
    let whole = Self.image.file(for: .x86_64)
    for _ in 0..<3000 {
      var broken = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        broken[Int.random(in: 0..<broken.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      _ = try? ModuleFile(broken, for: .x86_64)
    }
  }
}
