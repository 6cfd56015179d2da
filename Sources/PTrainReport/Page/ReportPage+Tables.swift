import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainTraining

extension ReportPage {
  private func facts(_ rows: [(name: String, value: String)]) -> Markup {
    """
    <table class="facts"><tbody>
    \(rows.markup { "<tr><th scope=\"row\">\($0.name)</th><td>\($0.value)</td></tr>\n" })</tbody></table>

    """
  }

  /// What decides the result.
  var jobTable: Markup {
    let job = checkpoint.job
    let shuffle =
      switch job.shuffle {
      case .uniform: "uniform"
      case .window(let count): "within a window of \(NumberText.grouped(count)) samples"
      }
    return facts([
      ("data set", "\(dataset.name), \(datasetPath)"),
      (
        "samples",
        "\(NumberText.grouped(dataset.train.count)) for training and validation, "
          + "\(NumberText.grouped(dataset.test?.count ?? 0)) for the test; \(dataset.sampleShape), "
          + "\(NumberText.grouped(dataset.classCount)) classes"
      ),
      ("validation split", NumberText.percent(job.validationSplit, 1)), ("shuffle", shuffle),
      ("loss", job.loss.rawValue), ("optimizer", job.optimizer.text),
      ("batch size", NumberText.grouped(job.batchSize)), ("seed", "\(job.seed)"),
      ("shards of a minibatch", "\(job.microbatchCount)"), ("reduction", job.reduction.rawValue),
    ])
  }

  func modelTable(_ plan: ModelPlan) -> Markup {
    let rows = plan.layers.markup { layer in
      """
      <tr><td>\(layer.name)</td><td>\(layer.layer.details)</td><td>\(Self.shape(layer.outputShape))</td>\
      <td class="number">\(NumberText.grouped(layer.parameterCount))</td></tr>

      """
    }
    return """
      <h3>Model</h3>
      <table class="rows"><thead><tr><th scope="col">layer</th><th scope="col">kind</th>\
      <th scope="col">output of a sample</th><th scope="col" class="number">parameters</th></tr></thead>
      <tbody>
      <tr><td>input</td><td></td><td>\(Self.shape(plan.inputShape))</td><td class="number">0</td></tr>
      \(rows)</tbody></table>

      """
  }

  private static func shape(_ dimensions: [Int]) -> String { dimensions.map(String.init).joined(separator: " × ") }

  /// The numbers behind the pictures.
  var epochTable: Markup {
    guard !epochs.isEmpty else { return "" }
    let names = [
      "epoch", "loss", "accuracy", "val. loss", "val. accuracy", "training", "whole", "samples/s", "computing",
      "data wait", "reduction wait",
    ]
    let rows = epochs.markup { epoch in
      let cells = cells(of: epoch).markup { "<td class=\"number\">\($0)</td>" }
      return "<tr><th scope=\"row\" class=\"number\">\(epoch.epoch + 1)</th>\(cells)</tr>\n"
    }
    return """
      <h3>Epochs</h3>
      <div class="wide"><table class="rows epochs"><thead><tr>\
      \(names.markup { "<th scope=\"col\" class=\"number\">\($0)</th>" })</tr></thead>
      <tbody>
      \(rows)</tbody></table></div>

      """
  }

  private func cells(of epoch: EpochSummary) -> [String] {
    let learned = [epoch.training, epoch.validation].flatMap { evaluation in
      evaluation.map { [NumberText.fixed($0.loss, 4), NumberText.percent($0.accuracy)] } ?? ["", ""]
    }
    guard epoch.trainSeconds > 0 else { return learned + [String](repeating: "", count: 6) }
    return learned + [
      NumberText.seconds(epoch.trainSeconds), NumberText.seconds(epoch.epochSeconds),
      NumberText.grouped(Int(clamping: epoch.samplesPerSecond)),
    ] + [epoch.phases.compute, epoch.phases.dataWait, epoch.phases.reductionWait].map { NumberText.percent($0, 1) }
  }

  var environmentTable: Markup {
    let environment = checkpoint.environment
    return facts([
      ("ptrain", environment.version), ("processor", environment.processor),
      ("matrix products", environment.blas), ("their kernels", environment.blasCore),
    ])
  }

  /// What was trained on what, by content.
  var provenanceTable: Markup {
    facts([
      ("parameters", "sha256 \(checkpoint.parametersDigest)"), ("data set", "sha256 \(checkpoint.job.dataset)"),
      ("data set when the run was begun", checkpoint.datasetPath),
    ])
  }
}

extension Optimizer {
  /// `SGD, learning rate 0.01, momentum 0.9`
  fileprivate var text: String {
    switch self {
    case .sgd(let learningRate, let momentum):
      switch momentum {
      case .none: "SGD, learning rate \(learningRate)"
      case .classical(let factor): "SGD, learning rate \(learningRate), momentum \(factor)"
      case .nesterov(let factor): "SGD, learning rate \(learningRate), Nesterov's momentum \(factor)"
      }
    case .adam(let learningRate, let beta1, let beta2, let epsilon):
      "Adam, learning rate \(learningRate), beta1 \(beta1), beta2 \(beta2), epsilon \(epsilon)"
    }
  }
}

extension Layer {
  /// `dense, relu`
  fileprivate var details: String {
    switch self {
    case .flatten: "flatten"
    case .dense(let dense): "dense, \(dense.activation.rawValue)\(dense.useBias ? "" : ", without bias")"
    case .dropout(let dropout): "dropout, rate \(dropout.rate)"
    case .activation(let activation): "activation, \(activation.function.rawValue)"
    }
  }
}
