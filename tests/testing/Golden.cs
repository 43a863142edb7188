using System.Runtime.CompilerServices;
using Xunit;

namespace SharpBuild.Testing;

/// <summary>
/// Compares text with a file that was read and accepted by a person: <c>Type.Method.verified.txt</c> beside the test's source.
/// <c>UPDATE_GOLDEN=1</c> accepts what the tests see now.
/// </summary>
/// <remarks>The file names are those of Verify, so that a move to that library renames nothing.</remarks>
public static class Golden
{
    /// <summary>Fails unless <paramref name="actual"/> is what was accepted.</summary>
    /// <param name="actual">What the test sees; line ends and a missing last one do not count.</param>
    /// <param name="parameters">Tells the cases of a theory apart: <c>Type.Method_parameters.verified.txt</c>.</param>
    /// <param name="extension">The file's extension, such as <c>json</c>.</param>
    /// <param name="sourceFile">Filled in by the compiler.</param>
    /// <param name="method">Filled in by the compiler.</param>
    public static void Verify(
        string actual,
        string? parameters = null,
        string extension = "txt",
        [CallerFilePath] string sourceFile = "",
        [CallerMemberName] string method = "")
    {
        ArgumentNullException.ThrowIfNull(actual);
        var stem = Stem(SourceTree.Resolve(sourceFile), method, parameters);
        var verified = $"{stem}.verified.{extension}";
        var received = $"{stem}.received.{extension}";
        var text = Normalize(actual);
        var expected = File.Exists(verified) ? Normalize(File.ReadAllText(verified)) : null;
        if (text == expected)
        {
            File.Delete(received);
            return;
        }

        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(verified, text);
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text);
        Assert.Fail(Complaint(expected, text, verified));
    }

    private static string Stem(string sourceFile, string method, string? parameters)
    {
        var name = $"{Path.GetFileNameWithoutExtension(sourceFile)}.{method}";
        var suffix = parameters is null ? "" : "_" + string.Join('-', parameters.Split(Path.GetInvalidFileNameChars()));
        return Path.Combine(Path.GetDirectoryName(sourceFile)!, name + suffix);
    }

    private static string Complaint(string? expected, string actual, string verified)
    {
        var name = Path.GetRelativePath(SourceTree.Root, verified);
        var diff = expected is null ? actual : LineDifference.Between(expected, actual);
        return $"{(expected is null ? "Nothing is accepted yet in" : "This differs from")} {name}:\n{diff}\nUPDATE_GOLDEN=1 accepts it.";
    }

    private static string Normalize(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
}
