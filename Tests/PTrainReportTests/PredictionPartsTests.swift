import PTrainCore
import PTrainTraining
import Testing

@testable import PTrainReport

@Suite struct PredictionPartsTests {
  private func matrix(_ counts: [[Int]]) -> ConfusionMatrix {
    ConfusionMatrix(counts: counts, names: counts.indices.map { "<\($0)>" })
  }

  private func mistakes(_ count: Int) -> [Mistake] {
    (0..<count).map { Mistake(index: 100 + $0, label: 1, predicted: 0, probability: 0.75) }
  }

  @Test func theTableHasARowAClassAndNamesAreEscaped() {
    let text = matrix([[1, 2, 0], [0, 0, 0], [1, 0, 0]]).markup.text
    #expect(text.ranges(of: "<tr>").count == 4 && text.ranges(of: "<th scope=\"row\">&lt;").count == 3)
    // √(2 / 3) · 0.75
    #expect(text.contains("<td class=\"miss\" style=\"--share: 0.61\">2</td>"))
    #expect(text.contains("<td>33.3 %</td>") && text.contains("<td>none</td>"))
  }

  @Test func manyClassesShowTheirMostFrequentConfusions() {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 100), count: 100)
    (counts[3][5], counts[4][4], counts[9][1], counts[0][2]) = (3, 9, 1, 1)
    let rows = matrix(counts).markup.text.split(separator: "\n").filter { $0.hasPrefix("<tr><td>") }
    #expect(
      rows.count == 3 && rows[0] == "<tr><td>&lt;3&gt;</td><td>&lt;5&gt;</td><td class=\"number\">3</td></tr>"
        && rows[1].hasPrefix("<tr><td>&lt;0&gt;") && rows[2].hasPrefix("<tr><td>&lt;9&gt;"))
  }

  @Test func mistakesHaveTheirPictures() throws {
    let wrong = WrongSamples(mistakes(3), shape: try Shape([2, 2]), name: { "<\($0)>" }) {
      $0.map { [UInt8($0), 0, 0, 255] }
    }
    let text = wrong.markup.text
    #expect(wrong.count == 3 && text.ranges(of: "<img src=\"data:image/png;base64,iVBORw0KGgo").count == 3)
    #expect(text.contains("alt=\"sample 102 of class &lt;1&gt;\""))
    #expect(text.contains("is &lt;1&gt;, taken for &lt;0&gt;<br>75 %"))
  }

  @Test func noMoreThanASheetIsReadAndShown() throws {
    var read: [Int] = []
    let wrong = WrongSamples(mistakes(200), shape: try Shape([1, 1]), name: String.init) { indices in
      read = indices
      return indices.map { _ in [0] }
    }
    #expect(read == Array(100..<160) && wrong.shown.count == WrongSamples.mostShown)
    #expect(wrong.markup.text.contains("200 test samples were told wrong; shown are the 60 of which"))
  }

  @Test func largePicturesAreReduced() throws {
    let wrong = WrongSamples(mistakes(1), shape: try Shape([1, 1024]), name: String.init) { _ in
      [[UInt8](repeating: 7, count: 1024)]
    }
    #expect(wrong.markup.text.contains("width=\"256\" height=\"1\""))
  }

  @Test(arguments: [[4], [2, 1, 2], [1, 2, 2, 1]])
  func samplesThatAreNoPictureAreTold(dimensions: [Int]) throws {
    let wrong = WrongSamples(mistakes(1), shape: try Shape(dimensions), name: String.init) { _ in [[0, 0, 0, 0]] }
    #expect(!wrong.markup.text.contains("<img") && wrong.markup.text.contains("taken for 0"))
    let none = WrongSamples([], shape: try Shape(dimensions), name: String.init) { _ in [] }
    #expect(none.markup.text.contains("None"))
  }
}
