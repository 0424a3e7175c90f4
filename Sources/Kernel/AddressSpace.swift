import Catalogue
import Machine

/// What a region of memory may be used for: the bits of `PROT_…`.
struct Rights: OptionSet, Sendable, Hashable {
  let rawValue: UInt8

  static let read = Rights(rawValue: 1)
  static let write = Rights(rawValue: 2)
  static let execute = Rights(rawValue: 4)
  static let all: Rights = [.read, .write, .execute]
}

/// A region of a process's memory map: `struct vm_area_struct`.
struct Region: Sendable {
  /// Where the content of pages comes from that nobody has touched yet.
  enum Backing: Sendable, Hashable {
    /// Zeros.
    case anonymous
    /// A file, from this page of it on.
    case file(inode: Int, page: Int64)
    /// Frames that the kernel gives: vDSO and vvar.
    case special([FrameNumber])
  }

  /// First address.
  var start: Int64
  /// One past the last address.
  var end: Int64
  /// What it may be used for.
  var protection: Rights
  /// Writes reach the file and all who map it: MAP_SHARED.
  var isShared = false
  /// `mprotect` may make it writable: not a shared mapping of a file opened for reading alone.
  var mayWrite = true
  /// Whether it grows down when something below it is touched.
  var growsDown = false
  var backing = Backing.anonymous
  /// The last column of `/proc/PID/maps`: a path, `[heap]`, or nothing.
  var name = ""
  /// Whether it has, or had, pages of its own that no file holds: `anon_vma`. Only then must `fork`
  /// copy its part of the page table.
  var hasAnonymousPages = false

  /// The file that it maps.
  var inode: Int? {
    if case .file(let inode, _) = backing { inode } else { nil }
  }

  /// The page of the file that an address shows.
  func filePage(at address: Int64, pageBytes: Int64) -> Int64? {
    guard case .file(_, let page) = backing else { return nil }
    return page + (address - start) / pageBytes
  }

  /// The part of the region from one address to another, which lie in it.
  func part(from first: Int64, to last: Int64, pageBytes: Int64) -> Region {
    var part = self
    let skipped = (first - start) / pageBytes
    switch backing {
    case .anonymous: break
    case .file(let inode, let page): part.backing = .file(inode: inode, page: page + skipped)
    case .special(let frames): part.backing = .special(Array(frames.dropFirst(Int(skipped))))
    }
    part.start = first
    part.end = last
    return part
  }

  /// Whether the region that begins where this one ends can be one with it.
  func canMerge(with next: Region, pageBytes: Int64) -> Bool {
    guard end == next.start, protection == next.protection, isShared == next.isShared,
      mayWrite == next.mayWrite, name == next.name, growsDown == next.growsDown
    else { return false }
    switch (backing, next.backing) {
    case (.anonymous, .anonymous): return true
    case (.file(let inode, let page), .file(let other, let otherPage)):
      return inode == other && page + (end - start) / pageBytes == otherPage
    default: return false
    }
  }
}

/// The user half of one process: `struct mm_struct`.
struct AddressSpace: Sendable {
  /// The root of its page table; the kernel's own while there is none.
  var root = FrameNumber(rawValue: 0)
  /// In order of their addresses.
  var regions: [Region] = []
  /// The file of the program; -1 when there is none.
  var executable = -1
  /// Where the heap begins, and where it ends now.
  var breakStart: Int64 = 0
  var breakEnd: Int64 = 0
  /// `mmap` places regions below here, the highest place first.
  var mmapTop: Int64 = 0
  /// Pages that are in memory, the shared page of zeros not counted.
  var residentPages: Int64 = 0

  /// The first region that ends above an address: `find_vma`.
  func firstRegion(endingAfter address: Int64) -> Int? {
    var (low, high) = (0, regions.count)
    while low < high {
      let middle = (low + high) / 2
      if regions[middle].end > address { high = middle } else { low = middle + 1 }
    }
    return low < regions.count ? low : nil
  }

  /// The region that holds an address.
  func region(at address: Int64) -> Int? {
    guard let index = firstRegion(endingAfter: address), regions[index].start <= address else {
      return nil
    }
    return index
  }

  /// The regions that share a byte with a range.
  func regions(in range: Range<Int64>) -> Range<Int> {
    guard let first = firstRegion(endingAfter: range.lowerBound) else {
      return regions.count..<regions.count
    }
    var last = first
    while last < regions.count, regions[last].start < range.upperBound { last += 1 }
    return first..<last
  }

  /// Adds a region where none is, and makes it one with equal neighbours.
  mutating func insert(_ region: Region, pageBytes: Int64) {
    let index = firstRegion(endingAfter: region.start) ?? regions.count
    regions.insert(region, at: index)
    merge(around: index, pageBytes: pageBytes)
  }

  /// Makes a region one with the one before and the one behind, where they are equal.
  mutating func merge(around index: Int, pageBytes: Int64) {
    for left in [index, index - 1]
    where regions.indices.contains(left) && regions.indices.contains(left + 1) {
      guard regions[left].canMerge(with: regions[left + 1], pageBytes: pageBytes) else { continue }
      regions[left].end = regions[left + 1].end
      if regions[left + 1].hasAnonymousPages { regions[left].hasAnonymousPages = true }
      regions.remove(at: left + 1)
    }
  }

  /// Makes an address the border of two regions, if it lies inside of one.
  mutating func split(at address: Int64, pageBytes: Int64) {
    guard let index = region(at: address), regions[index].start < address else { return }
    let whole = regions[index]
    regions[index] = whole.part(from: whole.start, to: address, pageBytes: pageBytes)
    regions.insert(
      whole.part(from: address, to: whole.end, pageBytes: pageBytes), at: index + 1)
  }

  /// Takes all regions of a range out.
  mutating func remove(_ range: Range<Int64>, pageBytes: Int64) -> [Region] {
    split(at: range.lowerBound, pageBytes: pageBytes)
    split(at: range.upperBound, pageBytes: pageBytes)
    let gone = regions(in: range)
    let removed = Array(regions[gone])
    regions.removeSubrange(gone)
    return removed
  }

  /// The highest free place of a size between two addresses; the stack keeps its gap.
  func highestGap(of size: Int64, from lowest: Int64, to highest: Int64, guardGap: Int64) -> Int64?
  {
    var ceiling = highest
    for region in regions.reversed() where region.start < highest {
      if region.end <= ceiling, ceiling - max(region.end, lowest) >= size { return ceiling - size }
      ceiling = min(ceiling, region.start - (region.growsDown ? guardGap : 0))
      if ceiling - lowest < size { return nil }
    }
    return ceiling - lowest >= size ? ceiling - size : nil
  }
}
