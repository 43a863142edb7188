namespace SharpBuild.Testing;

/// <summary>Where the sources lie that the running tests were built from.</summary>
public static class SourceTree
{
    // Builds in CI map the source root to this, so that binaries are the same wherever they were built.
    private const string DeterministicRoot = "/_/";

    /// <summary>The directory of <c>Build.sln</c>, found upwards from the test program.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The absolute path of a file as the compiler recorded it.</summary>
    /// <param name="callerFilePath">A <c>[CallerFilePath]</c> value, or a path relative to <see cref="Root"/>.</param>
    public static string Resolve(string callerFilePath)
    {
        ArgumentException.ThrowIfNullOrEmpty(callerFilePath);
        var relative = callerFilePath.StartsWith(DeterministicRoot, StringComparison.Ordinal)
            ? callerFilePath[DeterministicRoot.Length..]
            : callerFilePath;
        return Path.Combine(Root, relative);
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Build.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"no Build.sln above {AppContext.BaseDirectory}: run the tests from where they were built");
    }
}
