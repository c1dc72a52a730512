// keepalived.conf as a tree: statements of words, some with a block of statements. Which words mean anything is not
// known here.

struct Statement {
  var words: [Word]
  var block: [Statement]?

  var keyword: String { words.first?.text ?? "" }
  var place: Place { words.first?.place ?? Place(line: 0, column: 0) }

  func word(_ index: Int) -> Word? { words.indices.contains(index) ? words[index] : nil }

  /// As it is written, without its block.
  var title: String { words.map(\.text).joined(separator: " ") }
}

/// Puts pieces together. Braces that do not match refuse the whole.
struct KeepalivedTree {
  private var pieces: ArraySlice<Piece>
  private(set) var statements: [Statement] = []

  private static let deepest = 64

  init(_ pieces: [Piece], _ findings: inout ImportFindings) {
    self.pieces = pieces[...]
    statements = block(openedAt: nil, depth: 0, &findings)
  }

  private mutating func block(openedAt opening: Place?, depth: Int, _ findings: inout ImportFindings) -> [Statement] {
    var statements: [Statement] = []
    while let piece = pieces.popFirst(), !findings.isRefused {
      switch piece {
      case .words(let words): statements.append(Statement(words: words))
      case .open(let place):
        guard let last = statements.indices.last, statements[last].block == nil else {
          findings.refuse(place, "{ follows no word")
          return statements
        }
        guard depth < Self.deepest else {
          findings.refuse(place, "blocks go too deep")
          return statements
        }
        statements[last].block = block(openedAt: place, depth: depth + 1, &findings)
      case .close(let place):
        if opening == nil { findings.refuse(place, "} closes no block") }
        return statements
      }
    }
    if let opening, !findings.isRefused { findings.refuse(opening, "{ is never closed") }
    return statements
  }
}
