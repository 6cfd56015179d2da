import Foundation
import Testing

/// `ptrain report` as a process; what a browser makes of the page is seen by `scripts/check-report`.
@Suite struct ReportProcessTests {
  private let data: TrainingData

  init() throws { data = try TrainingData() }

  private func page(_ name: String, _ options: String...) throws -> String {
    let path = data.folder.file("page.html")
    let call = try Invocation(binary: ["report", data.folder.file(name), "-o", path] + options)
    try #require(call.code == 0, "\(call.errorOutput)")
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  /// Every element is closed in its turn.
  private func isBalanced(_ page: String) -> Bool {
    let void: Set<Substring> = ["meta", "link", "img", "br", "!DOCTYPE"]
    var open: [Substring] = []
    for tag in page.split(separator: "<").dropFirst() {
      let name = tag.prefix { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "!" }
      let inside = tag.prefix { $0 != ">" }
      if name.hasPrefix("/") {
        guard open.popLast() == name.dropFirst() else { return false }
      } else if !inside.hasSuffix("/"), !void.contains(name) {
        open.append(name)
      }
    }
    return open.isEmpty
  }

  @Test func aPageTellsOfTheWholeRun() throws {
    let run = try data.train("run", "--epochs", "3", "--threads", "2")
    let page = try page("run")
    #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">") && isBalanced(page))
    for title in ["Job", "Curves", "Confusion matrix", "Samples that were told wrong", "Time", "Provenance"] {
      #expect(page.contains("<h2>\(title)</h2>"), "\(title)")
    }
    #expect(page.ranges(of: "<figure class=\"curve\">").count == 2)
    #expect(page.ranges(of: "<g class=\"bar\">").count == 3)
    #expect(page.contains(try #require(run.digest)))
    let accuracy = try #require(run.events("test").first?["test_accuracy"] as? Double)
    let wrong = 40 - Int((accuracy * 40).rounded())
    #expect(page.ranges(of: "<img src=\"data:image/png;base64,").count == wrong)
    #expect(page.contains("\(wrong) test samples were told wrong"))
  }

  @Test func aPageNeedsNothingFromOutside() throws {
    _ = try data.train("run", "--epochs", "1")
    let page = try page("run")
    for text in ["http:", "https:", "<script", "@import", "url("] { #expect(!page.contains(text), "\(text)") }
    let links = page.ranges(of: "src=\"").count + page.ranges(of: "href=\"").count
    #expect(links == page.ranges(of: "src=\"data:").count + page.ranges(of: "href=\"data:").count)
  }

  @Test func namesOfFilesAreTextAndNotMarkup() throws {
    let name = #"<script>alert("1")</script>&'"#.replacing("/", with: "")
    _ = try data.train("run", "--epochs", "1")
    let (set, run) = (data.folder.file("\(name)set"), data.folder.file("\(name)run"))
    try FileManager.default.moveItem(atPath: data.set, toPath: set)
    try FileManager.default.moveItem(atPath: data.folder.file("run"), toPath: run)
    let page = try page("\(name)run", "--data", set)
    #expect(!page.contains("<script>") && isBalanced(page))
    let escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;script&gt;&amp;&#39;"
    #expect(page.ranges(of: "\(escaped)run").count == 2 && page.ranges(of: "\(escaped)set").count == 1)
  }

  @Test func thePageLiesInTheRunsFolderAndIsTheSameEachTime() throws {
    _ = try data.train("run", "--epochs", "2")
    var pages: [Data] = []
    for _ in 0..<2 {
      let call = try Invocation(binary: ["report", data.folder.file("run")])
      #expect(call.code == 0 && call.output == "report      \(data.folder.file("run/report.html"))\n")
      pages.append(try #require(try data.files("run")["report.html"]))
    }
    #expect(pages[0] == pages[1])
  }

  @Test func whatIsMissingIsNamed() throws {
    _ = try data.train("run", "--epochs", "1", "--validation-split", "0")
    #expect(try !page("run").contains("class=\"line validation\""))
    #expect(try Invocation(binary: ["report", data.folder.file("nothing")]).isRefusal(66))
    #expect(try Invocation(binary: ["report", data.folder.file("run"), "--data", "/nowhere"]).isRefusal(66))
    let place = try Invocation(binary: ["report", data.folder.file("run"), "-o", "/nowhere/page.html"])
    #expect(place.isRefusal(73, "/nowhere/page.html"))
    try FileManager.default.removeItem(atPath: data.folder.file("run/history.jsonl"))
    #expect(try page("run").contains("not known any more"))
  }
}
