using System.Text;
using SharpBuild.Runtime;

namespace SharpBuild.Builder.Fetching;

/// <summary>The secrets of a build as text.</summary>
internal static class Secrets
{
    // BuildKit's limit (session/secrets MaxSecretSize).
    private const int LongestSecret = 500 << 10;

    /// <summary>Reads a secret; null when it was not given. A line end at its end does not count: files tend to have one.</summary>
    public static string? TryRead(BuildOptions options, string id)
    {
        if (!options.Secrets.TryGetValue(id, out var source))
        {
            return null;
        }

        try
        {
            var bytes = source.Value ?? ReadFile(source.File!);
            return Encoding.UTF8.GetString(bytes.Span).TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FetchErrors.Create("SB3002", $"the secret '{id}' cannot be read: {exception.Message}", "check the file that --secret names", exception);
        }
    }

    /// <summary>The bytes of a secret. Its file may be a pipe (<c>src=&lt;(command)</c>), which is waited for until the token says otherwise.</summary>
    /// <exception cref="BuildException">It cannot be read.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string id, SecretSource source, CancellationToken cancellationToken)
    {
        if (source.Value is { } value)
        {
            return value;
        }

        try
        {
            // open(2) heeds no token; the thread ends with the process.
            return HostFile.MayWait(source.File!)
                ? await Task.Run(() => ReadFile(source.File!), CancellationToken.None).WaitAsync(cancellationToken)
                : ReadFile(source.File!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FetchErrors.Create("SB3002", $"the secret '{id}' cannot be read: {exception.Message}", "check the file that --secret names", exception);
        }
    }

    private static byte[] ReadFile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var buffer = new byte[LongestSecret + 1];
        var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length <= LongestSecret ? buffer[..length] : throw new IOException($"it is longer than {LongestSecret >> 10} KiB");
    }
}
