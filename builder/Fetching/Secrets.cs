using System.Text;
using SharpBuild.Runtime;

namespace SharpBuild.Builder.Fetching;

/// <summary>The secrets of a build as text.</summary>
internal static class Secrets
{
    // BuildKit's limit (session/secrets MaxSecretSize).
    private const int MostBytes = 500 << 10;

    /// <summary>The bytes of a secret: of its file, which may be a pipe, or its value.</summary>
    /// <exception cref="BuildException">The file cannot be read, or is too long to be a secret.</exception>
    public static ReadOnlyMemory<byte> Read(SecretSource source, string id, CancellationToken cancellationToken)
    {
        try
        {
            return source.Value ?? HostFile.ReadInput(source.File!, MostBytes, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FetchErrors.Create("SB3002", $"the secret '{id}' cannot be read: {exception.Message}", "check the file that --secret names", exception);
        }
    }

    /// <summary>Reads a secret; null when it was not given. A line end at its end does not count: files tend to have one.</summary>
    public static string? TryRead(BuildOptions options, string id, CancellationToken cancellationToken) => options.Secrets.TryGetValue(id, out var source)
        ? Encoding.UTF8.GetString(Read(source, id, cancellationToken).Span).TrimEnd('\r', '\n')
        : null;
}
