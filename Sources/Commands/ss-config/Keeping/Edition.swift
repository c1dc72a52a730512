// One reading of a configuration and what it means as lines: what the keeper's offers carry. Whoever made the lines
// from the texts is not known here.

package import Lines
package import Supply

package struct Edition: Hashable, Sendable {
  package let parts: [Part]
  /// The state lines, without what begins and ends the set.
  package let lines: [Line]
  /// What was wrong, as lines and as sentences for standard error.
  package let errors: [Line]
  package let sentences: [String]
  /// Whether an object was left out.
  package let lacksObjects: Bool
  /// Why nothing can be used.
  package let obstacle: Fault?

  package init(
    parts: [Part], lines: [Line], errors: [Line] = [], sentences: [String] = [], lacksObjects: Bool = false,
    obstacle: Fault? = nil
  ) {
    self.parts = parts
    self.lines = lines
    self.errors = errors
    self.sentences = sentences
    self.lacksObjects = lacksObjects
    self.obstacle = obstacle
  }

  package typealias Interpreter = ([Part]) -> Edition

  package func offer(_ origin: Origin) -> Offer<Edition> {
    var meaning = Identity()
    var bytes: [UInt8] = []
    var lastUpdated: Int64?
    for var line in lines {
      if line.type == "config.cluster" {
        lastUpdated = line["last_updated"]?.string.flatMap(Timestamp.unixNanoseconds).map { $0 / 1_000_000_000 }
        line.members.removeAll { $0.name == "last_updated" || $0.name == "warnings" }
      }
      bytes.removeAll(keepingCapacity: true)
      line.write(into: &bytes)
      meaning.feed(bytes.span)
    }
    return Offer(
      origin, id: parts.id, meaning: meaning.text, lastUpdated: lastUpdated, inventory: Inventory(lines), body: self)
  }
}
