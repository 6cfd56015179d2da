/// What carries bytes between ranks. All calls come from one thread, the one that made it.
protocol RankTransport: AnyObject {
  var rank: Int { get }
  var count: Int { get }

  /// Makes ready what a part needs in each of its runs.
  func prepare(_ part: ExchangePart) -> any PreparedPart

  /// Waits for all ranks, and ends in good order.
  func finish()

  /// Ends all ranks at once.
  func abort(code: Int32) -> Never
}

/// A part that can be posted again and again. All ranks post the same parts in the same order.
protocol PreparedPart: AnyObject {
  /// Begins the exchange of the part; what was posted before is over.
  func post()

  /// Whether the exchange that was posted is over: all that this rank receives is there, and what it sends may be
  /// overwritten. Asking moves it on.
  func isOver() -> Bool

  /// Frees what it holds; nothing is under way and nothing is posted any more. Without this call it is freed when the
  /// process ends: a transport that has finished frees nothing.
  func release()
}
