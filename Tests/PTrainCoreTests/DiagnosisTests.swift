import PTrainCore
import Testing

struct DiagnosisTests {
  private static func text(_ found: String) -> String {
    Diagnosis(.malformedData, found: found, expected: "b", remedy: "c").description
  }

  @Test func theMessageIsOneLine() {
    #expect(Self.text("a\nb\r\nc\u{2028}d") == "found a b c d; expected b; c")
  }

  /// A file's name for a layer may clear the screen, or turn the text around.
  @Test func whatATerminalWouldActOnIsShownByItsNumber() {
    let text = Self.text("\u{1B}[2J\u{7}\u{202E}x\u{0}")
    #expect(text == #"found \u{1B}[2J\u{07}\u{202E}x\0; expected b; c"#)
  }

  @Test func textOfAnyScriptStaysAsItIs() {
    #expect(Self.text("é 数字 🙂 👨‍👩‍👧 28×28") == "found é 数字 🙂 👨‍👩‍👧 28×28; expected b; c")
  }
}
