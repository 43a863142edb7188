namespace SharpBuild.Cache.Copying;

/// <summary>What was written to a directory of the host.</summary>
/// <param name="Files">How many files that are no directories.</param>
/// <param name="Skipped">How many devices could not be made, for want of the right to.</param>
public readonly record struct TreeExportResult(int Files, int Skipped);
