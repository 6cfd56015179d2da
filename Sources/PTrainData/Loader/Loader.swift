import PTrainCore

/// How a job's samples come from its data set to the lanes.
///
/// While the decoded bytes fit the memory budget they are *cached*; above it they are *streamed* through
/// a shuffle window. The order of the samples is the job's and the same in both.
package struct Loader: Sendable {
  /// The training samples.
  package let rows: any TrainingRows
  /// All samples of the split, for validation.
  package let frames: any FrameRows
  /// What keeps all samples; `nil` if they are streamed.
  package let cache: RowCache?

  /// Frames that a stream decodes ahead at most.
  private static let framesAhead = 16
  /// The window of a job whose data doesn't fit the budget, if it fits: the classic tutorial's.
  private static let defaultWindow = 10_000

  /// - Parameter usesThread: whether a core is to spare for a thread of the loader's own.
  /// - Throws: ``DatasetError/invalidOption(name:value:expected:)`` if neither way fits the budget.
  package init(
    _ split: DatasetSplit, plan: EpochPlan, conversion: RowConversion, batchSize: Int, memoryBudget: Int,
    usesThread: Bool
  ) throws(DatasetError) {
    let cacheBytes = RowCache.payloadBytes(of: split)
    if cacheBytes <= memoryBudget {
      let cache = RowCache(split)
      rows = CachedTrainingRows(
        cache: cache, plan: plan, conversion: conversion, batchSize: batchSize, usesThread: usesThread)
      frames = cache
      self.cache = cache
      return
    }
    guard case .window(let window) = plan.shuffle else {
      throw Self.tooSmall(memoryBudget, needed: cacheBytes)
    }
    let fewest = StreamedTrainingRows.minimumSlotCount(window: window, batchSize: batchSize, split: split)
    let most = memoryBudget / max(split.sampleBytes, 1)
    guard fewest <= most else { throw Self.tooSmall(memoryBudget, needed: fewest * split.sampleBytes) }
    rows = StreamedTrainingRows(
      split: split, plan: plan, window: window,
      slotCount: min(most, fewest + Self.framesAhead * split.longestFrame), conversion: conversion,
      batchSize: batchSize, usesThread: usesThread)
    frames = StreamedFrames(split)
    cache = nil
  }

  private static func tooSmall(_ budget: Int, needed: Int) -> DatasetError {
    .invalidOption(
      name: "a memory budget of", value: "\(budget) bytes",
      expected: "\(needed) bytes or more for this shuffle; a smaller shuffle window needs less")
  }

  /// The shuffle of a job that names none: uniform while the samples fit `memoryBudget`, else a window
  /// that takes at most half of it.
  package static func defaultShuffle(for split: DatasetSplit, memoryBudget: Int) -> Shuffle {
    if RowCache.payloadBytes(of: split) <= memoryBudget { return .uniform }
    return .window(count: max(1, min(defaultWindow, memoryBudget / 2 / max(split.sampleBytes, 1))))
  }
}
