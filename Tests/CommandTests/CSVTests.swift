import TestSupport
import Testing

/// `ringwalk run --format csv`.
@Suite struct CSVTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test func `there is one head, and a row for each event of each scenario`() throws {
    try folder.write(
      "two.md", "```walk scenario=one\n\(holding)\n```\n\n```walk scenario=two\n\(failing)\n```\n")
    let all = try folder.run("run", "two.md", "--format", "csv")
    #expect(all.status == 1)
    let rows = all.output.split(separator: "\r\n")
    #expect(
      rows.first
        == "scenario,step,time_ns,cpu,task,pid,mode,kind,zoom,cause,depth,fields,text")
    let one = rows.filter { $0.hasPrefix("one,") }
    #expect(one.count > 100 && rows.count == 1 + 2 * one.count)
    #expect(one.first?.hasPrefix("one,0,0,0,idle,0,kernel,machine_starts,overview,,0,") == true)
    #expect(rows.contains { $0.contains(",exits,overview,") && $0.contains(",status=0,") })
    let few = try folder.run(
      "run", "two.md", "--scenario", "two", "--detail", "overview", "--format", "csv")
    let seen = few.output.split(separator: "\r\n").dropFirst()
    #expect(!seen.isEmpty && seen.count < one.count)
    #expect(seen.allSatisfy { $0.hasPrefix("two,") && $0.contains(",overview,") })
  }

  @Test func `what does not compile has a head and no rows`() throws {
    try folder.write("broken.walk", broken)
    let outcome = try folder.run("run", "broken.walk", "--format", "csv")
    #expect(outcome.status == 2)
    #expect(outcome.output.split(separator: "\r\n").count == 1)
  }
}
