import PTrainCore
import Testing

@Suite struct UsageErrorTests {
  /// Arguments that are refused, and the whole message.
  static let refused: [(arguments: [String], message: String)] = [
    (["--threads", "0"], count("--threads", "0", "1 to 1024", "8")),
    (["--threads", "-1"], count("--threads", "-1", "1 to 1024", "8")),
    (["--threads", "1025"], count("--threads", "1025", "1 to 1024", "8")),
    (["--threads", "two"], count("--threads", "two", "1 to 1024", "8")),
    (["--threads", "99999999999999999999"], count("--threads", "99999999999999999999", "1 to 1024", "8")),
    (["--shards", "0"], count("--shards", "0", "1 to 1024", "8")),
    (["--epochs", "0"], count("--epochs", "0", "1 to 1000000", "10")),
    (["--batch-size", "0"], count("--batch-size", "0", "1 to 1048576", "20")),
    (["--checkpoint-every", "0"], count("--checkpoint-every", "0", "1 to 1000000000", "1000")),
    (["--shuffle-buffer", "0"], count("--shuffle-buffer", "0", "1 to 1000000000", "10000")),
    (["--hidden", "20,x"], hidden("20,x")),
    (["--hidden", "20,,20"], hidden("20,,20")),
    (["--hidden", "0"], hidden("0")),
    (
      ["--activation", "rel"],
      "found 'rel' for --activation; expected one of linear, step, sigmoid, tanh, relu, softmax; "
        + "for example --activation relu; see 'ptrain train --help'"
    ),
    (
      ["--optimizer", "rmsprop"],
      "found 'rmsprop' for --optimizer; expected one of sgd, adam; for example --optimizer sgd; "
        + "see 'ptrain train --help'"
    ),
    (["--learning-rate", "0"], learningRate("0")),
    (["--learning-rate", "-0.1"], learningRate("-0.1")),
    (["--learning-rate", "nan"], learningRate("nan")),
    (["--learning-rate", "inf"], learningRate("inf")),
    // Finite as a Double, not as a Float; and above 0 as a Double, 0 as a Float.
    (["--learning-rate", "1e300"], learningRate("1e300")),
    (["--learning-rate", "1e-300"], learningRate("1e-300")),
    (["--momentum", "1"], fraction("--momentum", "1", "0.9")),
    (["--validation-split", "1"], fraction("--validation-split", "1", "0.3")),
    (["--validation-split", "-0.1"], fraction("--validation-split", "-0.1", "0.3")),
    (
      ["--seed", "-1"],
      "found '-1' for --seed; expected a whole number from 0 to 18446744073709551615; for example --seed 1; "
        + "see 'ptrain train --help'"
    ),
    (
      ["--keep", "-1"],
      "found '-1' for --keep; expected 'all' or a whole number of 0 or more; for example --keep 3; "
        + "see 'ptrain train --help'"
    ),
    (
      ["--memory-budget", "8QB"],
      "found '8QB' for --memory-budget; expected a size such as 8MB, 512KiB or 1GB, of 64KiB at least; "
        + "for example --memory-budget 1GB; see 'ptrain train --help'"
    ),
    (
      ["--optimizer", "adam", "--momentum", "0.9"],
      "found '0.9' for --momentum beside --optimizer adam; expected momentum with sgd only; "
        + "leave out --momentum, or choose --optimizer sgd; see 'ptrain --help'"
    ),
    (
      ["--threads", "1\n2; expected 3"],
      "found '1 2; expected 3' for --threads; expected a whole number from 1 to 1024; for example --threads 8; "
        + "see 'ptrain train --help'"
    ),
    (
      ["--thread", "3"],
      "found an unknown option '--thread'; expected an option of 'ptrain train'; did you mean '--threads'? "
        + "see 'ptrain train --help'"
    ),
    (
      ["resume", "c", "--frobnicate"],
      "found an unknown option '--frobnicate'; expected an option of 'ptrain resume'; see 'ptrain resume --help'"
    ),
    (
      ["--threads"],
      "found '--threads <count>' without a value; expected a value after it; see 'ptrain train --help'"
    ),
    (
      ["--json=yes"],
      "found the value 'yes' for '--json'; expected the option alone; see 'ptrain train --help'"
    ),
    (["frobnicate"], "found 'frobnicate'; expected a subcommand or an option; see 'ptrain train --help'"),
    (["summary", "a", "b"], "found 'b'; expected no further argument; see 'ptrain summary --help'"),
    (
      ["evaluate"],
      "found no '<model>'; expected one among the arguments of 'ptrain evaluate'; see 'ptrain evaluate --help'"
    ),
    (
      ["predict", "m", "--index", "-1"],
      "found '-1' for --index; expected a whole number from 0 to 2147483647; for example --index 20; "
        + "see 'ptrain predict --help'"
    ),
    (
      ["show", "--partition", "validation"],
      "found 'validation' for --partition; expected one of train, test; for example --partition test; "
        + "see 'ptrain show --help'"
    ),
    (
      ["data", "csv-to-idx", "f", "--shape", "28,0", "--images", "i", "--labels", "l"],
      "found '28,0' for --shape; expected up to 8 whole numbers from 1 to 1048576 with commas between; "
        + "for example --shape 28,28; see 'ptrain data csv-to-idx --help'"
    ),
  ]

  @Test(arguments: refused)
  func refusedArgumentsGetOneLineAndCode64(arguments: [String], message: String) {
    let call = Invocation(arguments)
    #expect(call.errorOutput == "ptrain: error: \(message)\n")
    #expect(call.code == 64)
    #expect(call.output.isEmpty)
  }

  private static func count(_ option: String, _ value: String, _ range: String, _ example: String) -> String {
    "found '\(value)' for \(option); expected a whole number from \(range); for example \(option) \(example); "
      + "see 'ptrain train --help'"
  }

  private static func hidden(_ value: String) -> String {
    "found '\(value)' for --hidden; expected '' for none, or up to 64 whole numbers from 1 to 1048576 with commas "
      + "between; for example --hidden 20,20; see 'ptrain train --help'"
  }

  private static func learningRate(_ value: String) -> String {
    "found '\(value)' for --learning-rate; expected a finite number above 0; for example --learning-rate 0.01; "
      + "see 'ptrain train --help'"
  }

  private static func fraction(_ option: String, _ value: String, _ example: String) -> String {
    "found '\(value)' for \(option); expected a number of at least 0 and below 1; for example \(option) \(example); "
      + "see 'ptrain train --help'"
  }
}
