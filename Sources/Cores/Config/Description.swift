// Texts for people that the configuration holds: cut where they are longer than anybody reads, so that the lines that
// carry them stay within the contract's limit.

extension Reading {
  /// Bytes of one text. Set here: a paragraph.
  static let longestDescription = 1_024
  /// Texts of one object. Set here: a hundred paragraphs, however they are escaped, are below a line's limit.
  static let mostDescriptions = 100

  func description(_ text: String, _ name: FieldName, at position: Position, _ own: inout Findings) -> String {
    guard text.utf8.count > Self.longestDescription else { return text }
    own.warn(.outOfRange, at: position, "\(name) is longer than \(Self.longestDescription) bytes: it is cut")
    return text.cut(to: Self.longestDescription)
  }

  /// The first of them in order.
  func descriptions(_ texts: [String], _ name: FieldName, of message: Message, _ own: inout Findings) -> [String] {
    if texts.count > Self.mostDescriptions {
      own.warn(
        .exhausted, at: message.position(of: name), "of \(texts.count) \(name) \(Self.mostDescriptions) are shown")
    }
    return Array(texts.sorted().prefix(Self.mostDescriptions))
  }
}

extension String {
  /// At most so many bytes of it, and a mark where the rest was.
  func cut(to limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var end = utf8.index(utf8.startIndex, offsetBy: limit)
    while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
    return self[..<end] + "…"
  }
}
