import Testing

@testable import Grades

@Suite struct PointsTests {
  @Test(arguments: [
    (0, "0"), (8_000, "8"), (8_500, "8.5"), (125, "0.125"), (10_050, "10.05"), (-1, "0"),
  ])
  func `points are written as people write them`(millipoints: Int64, text: String) {
    #expect(Points(millipoints: millipoints).text == text)
  }

  @Test func `a fixed number of decimals rounds halves up`() {
    #expect(Points(millipoints: 8_500).text(decimals: 2) == "8.50")
    #expect(Points(millipoints: 8_005).text(decimals: 2) == "8.01")
    #expect(Points(millipoints: 999_999).text(decimals: 0) == "1000")
    #expect(Points(millipoints: 4).text(decimals: 2) == "0.00")
  }

  @Test func `sums and differences stay in their bounds`() {
    #expect(Points.most + Points.most == Points.most)
    #expect(Points(whole: 1) - Points(whole: 2) == .zero)
    #expect(Points(whole: .max) == .most)
    #expect(Points(whole: .min) == .zero)
  }

  @Test func `a part is rounded to the nearest thousandth`() {
    #expect(Points(whole: 1).times(1, of: 3).millipoints == 333)
    #expect(Points(whole: 1).times(2, of: 3).millipoints == 667)
    #expect(Points(millipoints: 1).times(1, of: 2).millipoints == 1)
    #expect(Points.most.times(.max, of: .max) == .most)
    #expect(Points.most.times(3, of: 2) == .most)
    #expect(Points(whole: 5).times(1, of: 0) == .zero)
  }

  /// What is given for all of the parts is never more than there is.
  @Test func `parts grow with their number and end at the whole`() {
    for whole in 1...40 {
      var last = Points.zero
      for part in 0...whole {
        let points = Points(millipoints: 997).times(Int64(part), of: Int64(whole))
        #expect(points >= last)
        last = points
      }
      #expect(last.millipoints == 997)
    }
  }
}
