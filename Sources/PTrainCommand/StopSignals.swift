import Glibc
import PTrainCore
import PTrainReport
import PTrainTraining
import Synchronization

/// Ends a run in good order when the process is told to end: by Ctrl-C (SIGINT), by the system or a scheduler
/// (SIGTERM), or because its terminal is gone (SIGHUP).
///
/// There is no handler. The signals are blocked in the thread that makes this and in those started later, and
/// a thread of its own waits for them: nothing has to be safe inside a handler. What the parent had ignored
/// (`nohup`) stays ignored.
final class StopSignals {
  private static let numbers = [SIGINT, SIGTERM, SIGHUP]

  private let inbox: SignalInbox
  private let thread: PlainThread?

  /// To be made before other threads are.
  init() {
    let inbox = SignalInbox(Self.numbers.filter { !Self.isIgnored($0) })
    self.inbox = inbox
    inbox.block()
    thread = inbox.numbers.isEmpty ? nil : PlainThread(name: "ptrain-signals") { inbox.attend() }
    // With no one to wait for them, the signals end the process as ever.
    if thread == nil { inbox.unblock() }
  }

  /// From now on a first signal raises `stop`; without, or with a second one, the process ends at once.
  func arm(_ stop: StopFlag) { inbox.stop.withLock { $0 = stop } }

  /// The signal that came; `nil` if none did.
  var received: Int32? { inbox.receivedNumber }

  deinit {
    guard let thread else { return }
    inbox.isOver.store(true, ordering: .relaxed)
    thread.signal(inbox.numbers[0])
    thread.join()
    inbox.unblock()
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    // SIG_IGN is the address 1.
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}

/// What the thread that waits for signals shares with the others.
private final class SignalInbox: Sendable {
  let numbers: [Int32]
  let stop = Mutex<StopFlag?>(nil)
  let isOver = Atomic<Bool>(false)
  private let received = Atomic<Int32>(0)

  init(_ numbers: [Int32]) { self.numbers = numbers }

  /// Relaxed: the number stands for nothing but itself.
  var receivedNumber: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  private var set: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    return set
  }

  func block() {
    var set = set
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  func unblock() {
    var set = set
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  /// Waits for signals until it is over.
  func attend() {
    var (set, number) = (set, Int32(0))
    while true {
      guard sigwait(&set, &number) == 0 else { continue }
      if isOver.load(ordering: .relaxed) { return }
      guard receivedNumber == nil, let stop = stop.withLock({ $0 }) else { endAtOnce(number) }
      received.store(number, ordering: .relaxed)
      stop.raise()
    }
  }

  /// Ends the process; its checkpoints are whole at any moment.
  private func endAtOnce(_ number: Int32) -> Never {
    if TerminalCapabilities(descriptor: StandardStream.output.rawValue).redraws {
      StandardStream.output.write(ProgressLine.erase)
    }
    StandardStream.error.write("ptrain: ended at once by \(StoppedBySignal.name(number))\n")
    _exit(128 + number)
  }
}

/// A command was stopped by a signal, in good order.
struct StoppedBySignal: Error {
  let number: Int32
  /// How far it had come, and what to do.
  let situation: String

  /// A run that has its checkpoint.
  init(number: Int32, folder: RunFolder, epoch: Int, step: Int) {
    self.init(
      number: number,
      situation: "after \(epoch) epochs and \(step) steps; 'ptrain resume \(folder.path)' goes on from there")
  }

  init(number: Int32, situation: String) {
    self.number = number
    self.situation = situation
  }

  /// As shells have it.
  var exitCode: Int32 { 128 + number }

  var message: String { "stopped by \(Self.name(number)) \(situation)" }

  static func name(_ number: Int32) -> String {
    switch number {
    case SIGINT: "SIGINT"
    case SIGTERM: "SIGTERM"
    case SIGHUP: "SIGHUP"
    default: "signal \(number)"
    }
  }
}
