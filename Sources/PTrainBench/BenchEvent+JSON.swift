import PTrainReport

extension BenchEvent {
  /// The event as one line of JSON, without a newline. Rounds count from 1.
  package var json: String {
    switch self {
    case .machine(let machine): machine.json.text
    case .probe(let round, let state): state.json(round: round).text
    case .measurement(let measurement): measurement.json.text
    case .summary(let summary): summary.json.text
    case .scaling(let point): point.json.text
    case .network(let point): point.json.text
    }
  }
}

extension MachineDescription {
  fileprivate var json: JSONLine {
    var line = JSONLine.event("machine")
    line.add("cpu", environment.processor)
    line.add("cores", coreCount)
    line.add("ptrain", environment.version)
    line.add("blas", environment.blas)
    line.add("blas_core", environment.blasCore)
    line.add("dataset", dataset)
    return line
  }
}

extension MachineState {
  fileprivate func json(round: Int) -> JSONLine {
    var line = JSONLine.event("probe")
    line.add("round", round + 1)
    line.add("line_ns", lineNanoseconds)
    line.add("sgemm_one_core_gflops", oneCoreGigaflops)
    line.add("sgemm_all_cores_gflops", allCoresGigaflops)
    return line
  }
}

extension JSONLine {
  fileprivate static func event(_ name: String, _ configuration: BenchConfiguration) -> JSONLine {
    var line = JSONLine.event(name)
    line.add("job", configuration.job.name)
    line.add("threads", configuration.threads)
    line.add("shards", configuration.shards)
    line.add("reduction", configuration.reduction.rawValue)
    line.add("mode", configuration.mode.rawValue)
    return line
  }
}

extension BenchMeasurement {
  fileprivate var json: JSONLine {
    var line = JSONLine.event("measurement", configuration)
    line.add("round", round + 1)
    line.add("train_ms", trainMilliseconds)
    line.add("samples", sampleCount)
    line.add("accuracy", accuracy)
    line.add("compute_share", phases.compute)
    line.add("data_wait_share", phases.dataWait)
    line.add("reduction_wait_share", phases.reductionWait)
    return line
  }
}

extension BenchSummary {
  fileprivate var json: JSONLine {
    var line = JSONLine.event("summary", configuration)
    line.add("lanes", laneCount)
    line.add("train_ms_minimum", trainMilliseconds.minimum)
    line.add("train_ms_median", trainMilliseconds.median)
    line.add("train_ms_maximum", trainMilliseconds.maximum)
    line.add("spread", trainMilliseconds.spread)
    line.add("samples_per_second", samplesPerSecond)
    line.add("gflop", gigaOperations)
    line.add("gflops", gigaflops)
    line.add("sgemm_gflops", sgemmGigaflops)
    line.add("sgemm_share", sgemmShare)
    line.add("compute_share", best.phases.compute)
    line.add("data_wait_share", best.phases.dataWait)
    line.add("reduction_wait_share", best.phases.reductionWait)
    line.add("gather_us", pieces.gather * 1e-3)
    line.add("forward_us", pieces.forward * 1e-3)
    line.add("backward_us", pieces.backward * 1e-3)
    line.add("reduction_us", pieces.reduction * 1e-3)
    line.add("update_us", pieces.update * 1e-3)
    return line
  }
}

extension ScalingPoint {
  /// Without a measured time it is an event of its own, so that nobody takes it for one.
  fileprivate var json: JSONLine {
    var line = JSONLine.event(trainMilliseconds == nil ? "prediction" : "scaling", configuration)
    if let trainMilliseconds { line.add("train_ms", trainMilliseconds) }
    line.add("predicted_ms", predictedMilliseconds)
    line.add("speed_up", speedUp)
    line.add("efficiency", efficiency)
    return line
  }
}

extension NetworkPoint {
  fileprivate var json: JSONLine {
    var line = JSONLine.event("network_prediction", configuration)
    line.add("gigabits_per_second", gigabitsPerSecond)
    line.add("ranks", rankCount)
    line.add("step_bytes", stepBytes)
    line.add("compute_us", computeSeconds * 1e6)
    line.add("communication_us", communicationSeconds * 1e6)
    line.add("efficiency_nothing_hidden", exposedEfficiency)
    line.add("efficiency_all_hidden", hiddenEfficiency)
    return line
  }
}
