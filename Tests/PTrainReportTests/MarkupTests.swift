import Testing

@testable import PTrainReport

@Suite struct MarkupTests {
  @Test func textThatIsPutInIsEscapedAndMarkupIsNot() {
    let name = #"<script>alert("x & 'y'")</script>"#
    let cell: Markup = "<b>\(name)</b>"
    #expect(cell.text == "<b>&lt;script&gt;alert(&quot;x &amp; &#39;y&#39;&quot;)&lt;/script&gt;</b>")
    let row: Markup = "<td>\(cell)</td>\([cell, "<i>\(7)</i>"])"
    #expect(row.text == "<td>\(cell.text)</td>\(cell.text)<i>7</i>")
  }

  @Test func controlCharactersAreReplaced() {
    let markup: Markup = "\("a\u{0}b\u{1B}[0m\u{7F}\u{85}\n\té🙂")"
    #expect(markup.text == "a\u{FFFD}b\u{FFFD}[0m\u{FFFD}\u{FFFD}\n\té🙂")
  }

  @Test func coordinatesHaveTwoDecimals() {
    let markup: Markup = "\(1.0 / 3) \(-0.001)"
    #expect(markup.text == "0.33 0.00")
  }
}
