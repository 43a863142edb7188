namespace SharpBuild.UnitTests.Parser;

/// <summary>Where the repository is: the folder of Build.sln, above the running tests.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(directory.FullName, "Build.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("No Build.sln above the tests.");
        }

        return directory.FullName;
    }
}
