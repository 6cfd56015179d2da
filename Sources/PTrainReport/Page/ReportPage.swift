import PTrainCore
import PTrainData
import PTrainNetwork
import PTrainTraining

/// A run as one page of HTML that needs no other file, no network and no script.
package struct ReportPage {
  /// As it was named.
  package let run: String
  package let checkpoint: Checkpoint
  /// Those that are complete, with their times where they are known.
  package let epochs: [EpochSummary]
  package let dataset: DatasetDescription
  package let datasetPath: String
  /// On the test samples, as are the next two; `nil` if the data set has none.
  package let test: Evaluation?
  package let confusion: ConfusionMatrix?
  package let wrong: WrongSamples?

  package init(
    run: String, checkpoint: Checkpoint, epochs: [EpochSummary], dataset: DatasetDescription, datasetPath: String,
    test: Evaluation?, confusion: ConfusionMatrix?, wrong: WrongSamples?
  ) {
    self.run = run
    self.checkpoint = checkpoint
    self.epochs = epochs
    self.dataset = dataset
    self.datasetPath = datasetPath
    self.test = test
    self.confusion = confusion
    self.wrong = wrong
  }

  /// The page. The same run gives the same bytes.
  ///
  /// - Throws: ``ModelError`` if the checkpoint's model can't be.
  package func text() throws(ModelError) -> String {
    let plan = try ModelPlan(checkpoint.job.model)
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\("Training run \(run)")</title>
      <link rel="icon" href="data:,">
      <style>
      \(PageStyle.sheet)
      </style>
      </head>
      <body>
      <header>
      <h1>\("Training run \(run)")</h1>
      <p class="faint">\(subtitle)</p>
      \(figures(parameterCount: plan.layout.count))
      </header>
      <main>
      \(section("Job", jobTable + modelTable(plan)))
      \(section("Curves", curves))
      \(section("Confusion matrix", confusion?.markup ?? (test == nil ? noTest : tooManyClasses)))
      \(section("Samples that were told wrong", wrong?.markup ?? noTest))
      \(section("Time", PhaseChart(epochs).markup + epochTable))
      \(section("Environment", environmentTable))
      \(section("Provenance", provenanceTable))
      </main>
      </body>
      </html>

      """
    return page.text
  }

  private var noTest: Markup { "<p>The data set has no test samples.</p>" }

  private var tooManyClasses: Markup {
    "<p>The table is left out for more than \(ConfusionMatrix.mostClasses) classes.</p>"
  }

  private func section(_ title: String, _ content: Markup) -> Markup {
    "<section>\n<h2>\(title)</h2>\n\(content)</section>"
  }

  private var subtitle: String {
    let progress = checkpoint.progress
    let rest = progress.step > 0 ? " and \(NumberText.grouped(progress.step)) steps" : ""
    return "\(dataset.name): \(progress.epoch) of \(progress.epochsWanted) epochs\(rest), "
      + "\(NumberText.grouped(progress.globalStep)) optimizer steps"
  }

  private func figures(parameterCount: Int) -> Markup {
    var figures = [(NumberText.grouped(parameterCount), "parameters")]
    if let test {
      figures.insert((NumberText.percent(test.accuracy), "test accuracy"), at: 0)
      figures.insert((NumberText.fixed(test.loss, 4), lossTitle(of: "test")), at: 1)
    }
    let seconds = epochs.reduce(0) { $0 + $1.epochSeconds }
    if seconds > 0 { figures.append((NumberText.seconds(seconds), "all epochs")) }
    return "<ul class=\"figures\">\(figures.markup { "<li><b>\($0.0)</b>\($0.1)</li>" })</ul>"
  }

  private func lossTitle(of samples: String) -> String {
    "\(samples) loss" + (checkpoint.job.loss.unit.map { " in \($0)" } ?? "")
  }

  /// The first of the epochs with the lowest validation loss, or training loss where there is none.
  private var best: EpochSummary? {
    let loss = { (epoch: EpochSummary) in (epoch.validation ?? epoch.training).loss }
    return epochs.filter { loss($0).isFinite }.min { loss($0) < loss($1) }
  }

  private var curves: Markup {
    guard !epochs.isEmpty else { return "<p>No epoch is complete yet.</p>" }
    let loss = CurveChart(
      title: "Loss" + (checkpoint.job.loss.unit.map { " in \($0)" } ?? ""), epochs: epochs, best: best?.epoch,
      number: \.loss, text: { NumberText.fixed($0, $1) })
    let accuracy = CurveChart(
      title: "Accuracy", epochs: epochs, best: best?.epoch, number: \.accuracy,
      text: { NumberText.percent($0, max(0, min(2, $1 - 2))) })
    return "<div class=\"columns\">\n\(loss.markup)\(accuracy.markup)</div>\n"
  }
}
