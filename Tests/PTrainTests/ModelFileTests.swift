import Foundation
import PTrain
import Testing

/// Trained models in files of other tools, through the public library.
struct ModelFileTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ptrain-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  private func model() throws -> TrainedModel {
    let model = Sequential(inputShape: [2, 2]) {
      Flatten()
      Dense(3, activation: .relu)
      Dense(2, activation: .softmax)
    }
    return try TrainedModel(
      model, loss: .categoricalCrossEntropy, optimizer: .adam(), parameters: (0..<23).map { Float($0) / 11 - 1 })
  }

  @Test(arguments: ["model.h5", "model.keras", "MODEL.H5"]) func aSavedModelIsTheSameAgain(name: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (model, path) = (try model(), folder.appendingPathComponent(name).path)
    try model.save(to: path)
    // Told apart by content, whatever the name.
    let renamed = folder.appendingPathComponent("renamed").path
    try FileManager.default.moveItem(atPath: path, toPath: renamed)
    let again = try TrainedModel(contentsOf: renamed)
    #expect(again.model == model.model && again.loss == model.loss && again.optimizer == model.optimizer)
    #expect(again.parametersDigest == model.parametersDigest)
    #expect(try again.predict([0, 1, 2, 3]) == model.predict([0, 1, 2, 3]))
  }

  @Test(arguments: ["model", "model.h5.txt", ".h5/model", "h5"]) func anUnknownEndingIsAUsageError(name: String) throws
  {
    defer { try? FileManager.default.removeItem(at: folder) }
    let model = try model()
    let error = #expect(throws: TrainingError.self) { try model.save(to: folder.path + "/" + name) }
    #expect(error?.diagnosis.category == .usage && error?.description.contains(".h5") == true)
  }

  @Test func aDamagedFileIsNamedInTheError() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("model.h5").path
    try model().save(to: path)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for count in [0, 7, 8, 100, bytes.count - 1] {
      try bytes.prefix(count).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: TrainingError.self) { try TrainedModel(contentsOf: path) }
      #expect(error?.diagnosis.category == .malformedData && error?.description.contains(path) == true, "\(count)")
    }
  }
}
