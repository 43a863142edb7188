namespace SharpBuild.Cli.Building;

/// <summary>A file that a build writes at its end: looked at before, because a build may take an hour.</summary>
internal static class WrittenFile
{
    /// <summary>The whole path.</summary>
    /// <param name="option">Who asks for the file.</param>
    /// <param name="text">What was given.</param>
    /// <exception cref="UsageException">No file can be there.</exception>
    public static string Check(string option, string text)
    {
        var path = Path.GetFullPath(text);
        return Directory.Exists(path) ? throw new UsageException($"{option}: '{text}' is a directory, not a file")
            : !Directory.Exists(Path.GetDirectoryName(path)) ? throw new UsageException($"{option}: there is no directory '{Path.GetDirectoryName(path)}' for '{Path.GetFileName(path)}'")
            : path;
    }
}
