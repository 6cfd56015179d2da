import Foundation
import PTrain
import PTrainData
import Testing

/// What README and articles show is compiled, and run where a small data set will do.
@Suite struct ArticleTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let articles = "Sources/PTrain/PTrain.docc"

  static let documents: [(path: String, blockCount: Int)] = [
    ("README.md", 1), ("\(articles)/PTrain.md", 1), ("\(articles)/FirstTraining.md", 5),
    ("\(articles)/YourOwnDataAndModel.md", 6), ("\(articles)/HowTheParallelStepWorks.md", 2),
  ]

  private func lines(_ path: String) throws -> [String] {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// The lines of each block of Swift, without the import, which stands above the compiled ones.
  private func blocks(_ path: String) throws -> [[String]] {
    var blocks: [[String]] = []
    var isInside = false
    for line in try lines(path) {
      if line.hasPrefix("```") {
        isInside = line == "```swift"
        if isInside { blocks.append([]) }
      } else if isInside {
        blocks[blocks.count - 1].append(line)
      }
    }
    return blocks.map { Array($0.drop { $0 == "import PTrain" || $0.isEmpty }) }
  }

  @Test(arguments: documents)
  func everyBlockOfSwiftIsCompiled(path: String, blockCount: Int) throws {
    let compiled = try lines("Tests/PTrainTests/Snippets.swift")
    let blocks = try blocks(path)
    #expect(blocks.count == blockCount)
    for block in blocks {
      let isThere = compiled.indices.contains { compiled[$0...].starts(with: block) }
      #expect(!block.isEmpty && isThere, "\(block.joined(separator: "\n"))")
    }
  }

  @Test func everyArticleIsAmongThem() throws {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appendingPathComponent(Self.articles).path)
    let paths = names.filter { $0.hasSuffix(".md") }.map { "\(Self.articles)/\($0)" }
    #expect(Set(paths) == Set(Self.documents.map(\.path)).subtracting(["README.md"]))
  }

  @Test func everyPictureOfAnArticleIsThere() throws {
    let folder = Self.root.appendingPathComponent("\(Self.articles)/Resources").path
    let pictures = try FileManager.default.contentsOfDirectory(atPath: folder)
    let shown = try Self.documents.dropFirst().flatMap { try lines($0.path) }.filter { $0.hasPrefix("![") }
    #expect(!shown.isEmpty)
    for line in shown {
      let name = try #require(line.split(separator: "(").last?.dropLast())
      #expect(pictures.contains { $0.hasPrefix("\(name).") }, "\(line)")
    }
  }

  @Test func theModelsOfTheArticlesAreSound() throws {
    #expect(try ModelSummary(firstModel()).parameterCount == 16_330)
  }

  @Test func theOwnModelTrainsOnOtherShapes() throws {
    let data = try SmallSamples()
    let best = try #require(try ownTraining(dataset: data.dataset))
    #expect((0..<3).contains(best.epoch) && best.validation != nil)
    let model = classifier(for: data.dataset.description, widths: [3], dropout: nil)
    _ = try streamedTraining(dataset: data.dataset, model: model).fit(epochs: 1)
    tellOfAnError(path: "/nowhere")
  }

  @Test func theArticlesClaimOfEqualBitsHolds() throws {
    let data = try SmallSamples()
    let model = classifier(for: data.dataset.description, widths: [5], dropout: 0.25)
    #expect(try sameBits(dataset: data.dataset, model: model, sample: [Float](repeating: 0.5, count: 6)))
  }
}
