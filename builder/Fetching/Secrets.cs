using System.Text;

namespace SharpBuild.Builder.Fetching;

/// <summary>The secrets of a build as text.</summary>
internal static class Secrets
{
    /// <summary>Reads a secret; null when it was not given. A line end at its end does not count: files tend to have one.</summary>
    public static string? TryRead(BuildOptions options, string id)
    {
        if (!options.Secrets.TryGetValue(id, out var source))
        {
            return null;
        }

        try
        {
            var bytes = source.Value ?? File.ReadAllBytes(source.File!);
            return Encoding.UTF8.GetString(bytes.Span).TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FetchErrors.Create("SB3002", $"the secret '{id}' cannot be read: {exception.Message}", "check the file that --secret names", exception);
        }
    }
}
