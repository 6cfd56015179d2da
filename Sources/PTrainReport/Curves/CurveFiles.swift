import PTrainStorage

/// The pictures of curves that lie in a run's folder.
package enum CurveFiles {
  /// `curves.png`, `curves.svg`.
  package static func paths(in folder: String) -> [String] {
    CurveScript.Format.allCases.map { "\(folder)/curves.\($0.rawValue)" }
  }

  /// Draws `curves` into each of `paths`, whose names end in `.png` or `.svg`; each file is replaced whole.
  package static func draw(_ curves: [RunCurve], lossUnit: String?, to paths: [String]) throws {
    let script = try CurveScript(curves, lossUnit: lossUnit)
    let formats = try paths.map(format)
    let pictures = try Gnuplot.run(formats.map(script.text))
    for (path, picture) in zip(paths, pictures) { try DurableFile.replace(path, with: picture) }
  }

  /// What a file's name asks for.
  package static func format(_ path: String) throws(CurveError) -> CurveScript.Format {
    let ending = path.split(separator: ".").last.map { $0.lowercased() }
    guard let format = CurveScript.Format.allCases.first(where: { $0.rawValue == ending }), path.contains(".") else {
      throw .unknownFormat(file: path)
    }
    return format
  }
}
