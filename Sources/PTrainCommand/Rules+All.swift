extension Rules {
  /// Whether each rule takes `text`, by the option's name.
  package static func verdicts(on text: String) -> [(option: String, isTaken: Bool)] {
    [
      verdict(threads, text), verdict(shards, text), verdict(reduction, text), verdict(epochs, text),
      verdict(batchSize, text), verdict(hidden, text), verdict(activation, text), verdict(optimizer, text),
      verdict(learningRate, text), verdict(momentum, text), verdict(validationSplit, text), verdict(seed, text),
      verdict(checkpointEvery, text), verdict(tensorboardEvery, text), verdict(keep, text),
      verdict(memoryBudget, text), verdict(shuffleBuffer, text), verdict(index, text), verdict(sheetCount, text),
      verdict(partition, text), verdict(testSplit, text), verdict(color, text), verdict(size, text),
      verdict(onCheckpointError, text), verdict(stallTimeout, text), verdict(shape, text),
    ]
  }

  private static func verdict<Value>(_ rule: OptionRule<Value>, _ text: String) -> (option: String, isTaken: Bool) {
    (rule.option, rule.parse(text) != nil)
  }
}
