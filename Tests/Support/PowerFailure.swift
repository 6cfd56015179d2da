/// What a power failure may leave of recorded changes, in memory.
///
/// The persistence model, which is weaker than what ext4, xfs or btrfs promise and as weak as POSIX allows:
/// - what was written to a file before it was synced is there, all of it;
/// - of what was written since, nothing is there, or a part, or bytes that nobody wrote, at full length;
/// - changes of a folder's names before the folder was synced have happened, in order;
/// - of those since, any have happened and any have not, each by itself and whole: a renaming never leaves its
///   target without a file, but the old name may stand beside the new one. The order of those that have
///   happened is kept.
package struct PowerFailure: Sendable {
  /// What became of bytes that were not synced.
  package enum Unsynced: Sendable, CaseIterable { case dropped, cut, garbled }

  private struct File {
    var synced: [UInt8] = []
    var unsynced: [UInt8] = []

    func content(_ unsynced: Unsynced) -> [UInt8] {
      switch unsynced {
      case .dropped: synced
      case .cut: synced + self.unsynced.prefix(self.unsynced.count / 2)
      case .garbled: synced + self.unsynced.map { $0 ^ 0xA5 }
      }
    }
  }

  /// A change of one folder: names that get a file, and names that go.
  private struct NameChange {
    let folder: String
    var set: (name: String, file: Int)?
    var gone: String?
  }

  private var files: [Int: File] = [:]
  /// As running processes see them.
  private var names: [String: Int] = [:]
  /// As they are on the disk for certain.
  private var lasting: [String: Int] = [:]
  private var pending: [NameChange] = []
  /// What the caller counts on, by name.
  package private(set) var promises: [String: [UInt8]] = [:]

  package init() {}

  package mutating func apply(_ change: DiskChange) {
    switch change {
    case .create(let name, let file):
      files[file] = File()
      set(name, file)
    case .write(let file, let bytes): files[file]?.unsynced += bytes
    case .synchronise(let file):
      guard let content = files[file] else { return }
      files[file] = File(synced: content.synced + content.unsynced)
    case .rename(let name, let target):
      guard let file = names.removeValue(forKey: name) else { return }
      names[target] = file
      pending.append(NameChange(folder: Self.folder(of: target), set: (target, file), gone: name))
    case .link(let name, let target): if let file = names[name] { set(target, file) }
    case .remove(let name):
      names[name] = nil
      pending.append(NameChange(folder: Self.folder(of: name), set: nil, gone: name))
    case .makeFolder: break
    case .synchroniseFolder(let folder):
      for change in pending where change.folder == folder { Self.apply(change, to: &lasting) }
      pending.removeAll { $0.folder == folder }
    case .promise(let name, let bytes): promises[name] = bytes
    }
  }

  private mutating func set(_ name: String, _ file: Int) {
    names[name] = file
    pending.append(NameChange(folder: Self.folder(of: name), set: (name, file), gone: nil))
  }

  private static func apply(_ change: NameChange, to names: inout [String: Int]) {
    if let gone = change.gone { names[gone] = nil }
    if let (name, file) = change.set { names[name] = file }
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  /// The changes of names that may or may not have happened.
  package var pendingCount: Int { pending.count }

  /// Every disk that the power failure may leave: the content of each name.
  package var disks: [[String: [UInt8]]] {
    var disks: [[String: [UInt8]]] = []
    for happened in 0..<(1 << pending.count) {
      var names = lasting
      for (index, change) in pending.enumerated() where happened >> index & 1 == 1 { Self.apply(change, to: &names) }
      for unsynced in Unsynced.allCases {
        disks.append(names.mapValues { files[$0]?.content(unsynced) ?? [] })
      }
    }
    return disks
  }
}
