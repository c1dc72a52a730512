// `ss-config convert`: a cluster.pb in its other form. What cannot be read is told, and nothing is written then,
// because something would be missing from it.

internal import ArgumentParser
internal import Config
internal import ConfigBinary
internal import ConfigText
internal import Loop
internal import Options

/// How files are told to be in binary form.
struct FormOption: ParsableArguments {
  @Flag(help: "Read cluster.pb as the binary form, whatever it looks like.")
  var binary = false

  func source(_ name: String, _ bytes: [UInt8]) -> SourceText {
    let text = SourceText(name: name, bytes: bytes)
    return text.isSettings ? text : BinaryForm.source(name: name, bytes: bytes, isBinary: binary ? true : nil)
  }
}

struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Write a cluster.pb in text or binary form to standard output.")

  enum Form: String, ExpressibleByArgument, CaseIterable { case text, binary }

  @Option(help: "The form that is wanted: text or binary.")
  var to: Form

  @OptionGroup var form: FormOption

  @Argument(help: "File to convert; - or none is standard input.")
  var file = "-"

  func run() throws {
    let input = try Input([file], form: form)
    let tree = try input.trees()[0]
    let bytes: [UInt8]
    switch to {
    case .text: bytes = TextWriter(tree).text
    case .binary:
      do throws(BinaryFault) {
        bytes = try BinaryForm.bytes(tree)
      } catch {
        StandardStreams.complain("ss-config", "\(file): \(error)")
        throw Ending(.objectFailed)
      }
    }
    try StandardStreams.print(bytes)
  }
}
