import PTrainCore
import PTrainStorage

/// The folder that TensorBoard is pointed at; it holds a folder for each of TensorBoard's runs.
package struct EventFolder: Equatable, Sendable {
  enum Run: String, CaseIterable {
    /// A step is an epoch, 0-based, as in Keras's callback.
    case train, validation
    /// A step is an optimizer update.
    case steps
  }

  /// From the root on.
  package let path: String

  /// A folder for the events of a run that has none yet; it is made where it is missing.
  ///
  /// - Throws: ``EventFolderError/inUse(path:)`` if it holds event files.
  package init(new path: String) throws {
    for run in Run.allCases where !EventFile.names(in: "\(path)/\(run.rawValue)").isEmpty {
      throw EventFolderError.inUse(path: path)
    }
    try DurableFile.createFolder(path)
    self.path = DurableFile.absolutePath(path)
  }

  /// The folder that a run wrote its events to before.
  package init(of path: String) { self.path = path }

  /// Whether `other` names the same folder.
  package func isSame(as other: String) -> Bool {
    DurableFile.absolutePath(path) == DurableFile.absolutePath(other)
  }

  func path(of run: Run) -> String { "\(path)/\(run.rawValue)" }

  /// Whether an earlier session wrote events of `run`.
  func holds(_ run: Run) -> Bool { !EventFile.names(in: path(of: run)).isEmpty }

  /// Removes what killed writers left half written. No other process may be at work in the folder.
  func removeLeftovers() throws(StorageError) {
    for run in Run.allCases { try DurableFile.removeLeftovers(in: path(of: run)) }
  }
}

/// Why events can't go to a folder.
package enum EventFolderError: DiagnosableError, Equatable {
  case inUse(path: String)

  package var diagnosis: Diagnosis {
    switch self {
    case .inUse(let path):
      Diagnosis(
        .cannotCreate, found: "event files of another run in \(path)", expected: "a folder without any",
        remedy: "name another folder with --tensorboard; 'ptrain resume' goes on in the run's own")
    }
  }
}
