import Glibc
import PTrainCore

/// The folder of a run that was given none.
package enum NextRunFolder {
  /// Makes the first folder of `parent/1`, `parent/2`, … that is not there yet, and `parent` itself if need be.
  ///
  /// Two runs that start at once get folders of their own: `mkdir` lets one of them make each.
  package static func make(in parent: String = "runs") throws(NextRunFolderError) -> String {
    guard mkdir(parent, 0o777) == 0 || errno == EEXIST else {
      throw .cannotCreate(parent, reason: String(cString: strerror(errno)))
    }
    var number = 1
    while mkdir("\(parent)/\(number)", 0o777) != 0 {
      guard errno == EEXIST else {
        throw .cannotCreate("\(parent)/\(number)", reason: String(cString: strerror(errno)))
      }
      number += 1
    }
    return "\(parent)/\(number)"
  }
}

/// Why a run has no folder.
package enum NextRunFolderError: DiagnosableError, Equatable {
  case cannotCreate(String, reason: String)

  package var diagnosis: Diagnosis {
    switch self {
    case .cannotCreate(let path, let reason):
      Diagnosis(
        .cannotCreate, found: "no way to make the folder \(path) (\(reason))", expected: "a place for the run's files",
        remedy: "name a folder that can be written with --out")
    }
  }
}
