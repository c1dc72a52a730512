// The binary form of cluster.pb (protobuf.dev, "Encoding"), by swift-protobuf: what a file in it says as text, and the
// bytes of a text. The text is the one place where a configuration is read, so that a fault in a binary file has a line
// and a column too: those of what `ss-config convert --to text` writes.

package import Config
internal import ConfigProto
package import ConfigText
internal import SwiftProtobuf

/// Why bytes are no configuration in binary form, or a configuration has none.
package struct BinaryFault: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String
}

package enum BinaryForm {
  /// Whether a file can only be in binary form. A text begins with a letter, white space or a comment, and holds no
  /// control characters; a message begins with a field's tag, and its fields' tags and lengths are such characters.
  package static func isLikely(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first, first >> 3 > 0, [0, 1, 2, 5].contains(first & 7) else { return false }
    return bytes.prefix(4096).contains { (0x01...0x08).contains($0) || (0x0e...0x1f).contains($0) }
  }

  /// The text of a message, and as notes on it the fields that have no name.
  package static func text(_ bytes: [UInt8]) throws(BinaryFault) -> TextWriter {
    let message: Seesaw_Cluster
    do {
      message = try Seesaw_Cluster(serializedBytes: bytes, partial: true)
    } catch {
      throw BinaryFault(description: "it is cut off or damaged, or no cluster in binary form")
    }
    var reader = TextReader(Array(message.textFormatString().utf8), source: 0, isNumbered: true)
    return TextWriter(reader.read(.cluster))
  }

  package static func bytes(_ tree: Config.Message) throws(BinaryFault) -> [UInt8] {
    do {
      let text = String(decoding: TextWriter(tree).text, as: UTF8.self)
      let message = try Seesaw_Cluster(textFormatString: text)
      var options = BinaryEncodingOptions()
      options.useDeterministicOrdering = true
      return try message.serializedBytes(partial: true, options: options)
    } catch {
      throw BinaryFault(description: "it has no binary form: \(error)")
    }
  }

  /// A file that is in binary form, or is asked to be, as its text; any other as it is.
  package static func source(name: String, bytes: [UInt8], isBinary: Bool? = nil) -> SourceText {
    guard isBinary ?? isLikely(bytes) else { return SourceText(name: name, bytes: bytes) }
    do throws(BinaryFault) {
      let writer = try text(bytes)
      return SourceText(name: name, bytes: writer.text, notes: writer.notes)
    } catch {
      return SourceText(
        name: name, bytes: [], notes: [SourceText.Note(offset: 0, sentence: "\(error)", isDamage: true)])
    }
  }
}
