using SharpBuild.Image;

namespace SharpBuild.Builder.Exporting;

/// <summary>What became of one output.</summary>
/// <param name="Text">What was written, in words.</param>
/// <param name="IndexDigest">The digest of the index that was written; null where none was.</param>
internal sealed record ExportReport(string Text, Digest? IndexDigest = null);
