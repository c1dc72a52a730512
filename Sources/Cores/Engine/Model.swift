// The engine's picture of one vserver: what is configured of it, and the VIPs, services and destinations that follow,
// with their health and what of them has been said. Everything that a verdict may touch is prepared when the
// configuration changes, so that a verdict compares no names and builds no strings but those of what it changes.

import Lines
import Values

/// A destination of a service.
struct DestinationModel {
  var line: IPVSDestinationLine
  var key: StateKey
  /// Index among the vserver's members.
  var member: Int
  /// Numbers of the checks that all must be healthy.
  var checks: [Int]
  var isEnabled: Bool
  var isInService: Bool
  /// Without health and slow start.
  var facts: WeightFacts
  /// The health that counts.
  var health: Health = .unknown
  /// The last health that was known; what is unknown stays as it was.
  var lastKnown: Health?
  /// Since when nothing is known of it.
  var unknownSince: Instant?
  /// Since when it is being given more and more.
  var rampSince: Instant?
  /// The check that decides, where one does.
  var decidingCheck: Int?
  /// What it adds to its service's tally.
  var counted = Tally()
  var said: IPVSDestinationLine?
}

/// A service: an entry of the vserver on one VIP, or all of them behind a mark.
struct ServiceModel {
  /// What the service is in the kernel, apart from its destinations.
  enum Form: Hashable {
    case absent
    /// Left as it is.
    case unknown
    /// With its backends.
    case present
    /// With its sorry server in their place.
    case sorry
  }

  var line: IPVSServiceLine
  var key: StateKey
  var rules: ServiceRules
  var destinations: [DestinationModel]
  var sorry: IPVSDestinationLine?
  var saidSorry: IPVSDestinationLine?
  /// VIPs that it serves.
  var vips: [Int]
  var tally = Tally()
  var health: Health = .unknown
  /// The side of the hysteresis that it is on.
  var lastKnown: Health = .down
  var isPanicking = false
  var form = Form.unknown
  /// Another vserver serves it already.
  var isTaken = false
  /// The kernel may hold it from an earlier run: nothing has been said of it in this one.
  var mayBeLeft: Bool
  var said: IPVSServiceLine?
  /// Destinations whose health or weight has changed, and whether all are to be looked at.
  var dirty: [Int] = []
  var isDirty = true
  /// Destinations that time alone may change.
  var timed: Set<Int> = []
}

/// What an entry asks of a service as a whole.
struct ServiceRules: Hashable {
  var watermarks: Watermarks
  var quorum: Quorum
  var staysDown: Bool
  var sorryWhen: SorryServerLine.Condition
  var sorryStays: Bool
  var panicPercent: Int
  var slowStart: Duration
  var failureAction: FailureAction
}

/// A VIP and what hangs on it.
struct VIPModel {
  var vip: VIPLine
  /// Indices of the services on it.
  var services: [Int] = []
  var health: Health = .unknown
  /// What is to be there while the address is held: the address itself first.
  var heldObjects: [StepLine] = []
  /// What is to be there while the vserver is enabled, held or not.
  var warmObjects: [StepLine] = []
  /// The route, while all is well.
  var route: StepLine?
  var isHeld = false
  var isAnnounced = false
  var isWarm = false
  /// Its objects may differ from what was asked for.
  var isFresh = true
}

/// A backend as the vserver has it now.
struct MemberModel {
  var line: BackendLine
  /// Gone from the configuration, and drained until then.
  var leavesBy: Instant?
  /// What an operator wants of it.
  var override: Override?
  var destinations: [(service: Int, index: Int)] = []
}

/// One vserver.
struct VserverModel {
  var name: String
  var line: VserverLine?
  /// By name, ascending.
  var backends: [BackendLine] = []
  /// Enabled by configuration and operator, and this node serves.
  var isEnabled = false
  var override: Override?
  var members: [MemberModel] = []
  var services: [ServiceModel] = []
  var vips: [VIPModel] = []
  /// Configuration has changed since `services` was made.
  var needsRebuild = true
  /// Waits to be looked at.
  var isTouched = false
  /// Members whose checks have changed, or that are to be reported anew.
  var dirtyMembers: Set<Int> = []
  /// What is said and no longer follows from the configuration.
  var leftOver = LeftOver()
  /// Numbers of the checks that it depends on, ascending.
  var checks: [Int] = []
  /// When an override of it ends, or a backend has left.
  var rebuildAt: Instant?
  var report = Report()

  /// What has been reported of it.
  struct Report {
    var state: [JSONMember] = []
    var word = ""
    var since: Since?
    var backends: [String: (members: [JSONMember], word: String, since: Since)] = [:]
  }

  var stands: Bool { line != nil || !backends.isEmpty || !members.isEmpty }
}

/// What was said of a vserver as it was before, by the step in which it goes.
struct LeftOver {
  /// Destinations of services that stay.
  var strays: [StateKey] = []
  var destinations: [StateKey] = []
  var services: [StateKey] = []
  /// With their objects, which others may want too.
  var vips: [VIPModel] = []
}

extension ServiceModel {
  func mayBe(_ condition: SorryServerLine.Condition) -> Bool { sorry != nil && rules.sorryWhen == condition }
}
