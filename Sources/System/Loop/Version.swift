// The one place that names the version.

/// The version that every command prints.
package enum Version {
  package static let text = "0.1.0"
}
