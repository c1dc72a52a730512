// What a source gives: one whole reading of the configuration, with what is needed to decide about it. The reading
// itself is the caller's; the decisions never look into it.

/// Where configuration comes from. `applied` is what an operator gave by hand, and is never asked.
package enum Origin: String, CaseIterable, Hashable, Sendable {
  case etcd, server, files, applied

  /// Those that can be asked, in the order in which they stand above each other if nothing else is said.
  package static let sources: [Origin] = [.etcd, .server, .files]
}

package struct Offer<Body: Hashable & Sendable>: Hashable, Sendable {
  package var origin: Origin
  /// Which texts these are.
  package var id: String
  /// The same for two that differ only in what they say of their own making: metadata and warnings.
  package var meaning: String
  /// `metadata.last_updated`, in seconds since 1970.
  package var lastUpdated: Int64?
  package var inventory: Inventory
  package var body: Body

  package init(
    _ origin: Origin, id: String, meaning: String, lastUpdated: Int64? = nil, inventory: Inventory, body: Body
  ) {
    self.origin = origin
    self.id = id
    self.meaning = meaning
    self.lastUpdated = lastUpdated
    self.inventory = inventory
    self.body = body
  }
}

/// Why a source gave nothing.
package struct Fault: Hashable, Sendable {
  package var reason: String
  /// The file that it is about.
  package var file: String?
  package var line: Int?
  package var column: Int?

  package init(_ reason: String, file: String? = nil, line: Int? = nil, column: Int? = nil) {
    self.reason = reason
    self.file = file
    self.line = line
    self.column = column
  }
}
