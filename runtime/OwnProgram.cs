namespace SharpBuild.Runtime;

/// <summary>How this program is started again.</summary>
internal static class OwnProgram
{
    /// <summary>The file that this process executes.</summary>
    public static string Path { get; } = System.Environment.ProcessPath ?? "/proc/self/exe";

    /// <summary>The words of a command line with which it gets <paramref name="arguments"/>; the first is its path.</summary>
    public static List<string> CommandLine(IEnumerable<string> arguments)
    {
        // A framework-dependent program runs as "dotnet sharpbuild.dll".
        var words = new List<string> { Path };
        if (System.IO.Path.GetFileName(Path) == "dotnet")
        {
            words.Add(System.Environment.GetCommandLineArgs()[0]);
        }

        words.AddRange(arguments);
        return words;
    }
}
