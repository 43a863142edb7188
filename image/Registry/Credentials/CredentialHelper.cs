using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace SharpBuild.Image.Registry.Credentials;

/// <summary>A program <c>docker-credential-NAME</c> that keeps credentials in the system's key ring.</summary>
/// <remarks>
/// The one place outside runtime/ that starts a process: the protocol is a program on the PATH, it runs as the user on the host, needs no sandbox,
/// and image/ must not depend on runtime/.
/// </remarks>
/// <param name="name">The end of the program's name.</param>
/// <param name="configPath">The file that names it, for messages.</param>
/// <param name="searchPath">The PATH.</param>
internal sealed class CredentialHelper(string name, string configPath, string searchPath)
{
    private const string NotFoundText = "credentials not found";
    private const int LongestComplaint = 200;
    private const int LongestAnswer = 64 * 1024;

    // Helpers may ask the user to unlock the key ring.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private string Program => "docker-credential-" + name;

    /// <summary>Asks for the credentials of a server; null when it has none.</summary>
    /// <param name="server">The server, as the login named it.</param>
    /// <param name="isRequired">Whether it is an error that the program is not installed.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="ImageException">It fails.</exception>
    public async Task<RegistryCredential?> GetAsync(string server, bool isRequired, CancellationToken cancellationToken)
    {
        if (FindProgram() is not { } path)
        {
            return isRequired ? throw Failure($"is not on the PATH, but {configPath} names it for '{server}'", $"install {Program}, or remove it from the file") : null;
        }

        var (exitCode, output) = await RunAsync(path, server, cancellationToken);
        if (exitCode == 0)
        {
            return Read(output);
        }

        return output.Contains(NotFoundText, StringComparison.OrdinalIgnoreCase)
            ? null
            : throw Failure($"failed with exit code {exitCode}: {Shorten(output)}", $"run 'echo {server} | {Program} get' to see why");
    }

    // Process.Start would look beside our own program and in the current directory before the PATH: a build context must not bring the helper along.
    private string? FindProgram()
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            throw Failure($"is not a program's name (in {configPath})", "name a helper by the word after 'docker-credential-'");
        }

        foreach (var directory in searchPath.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var path = Path.Combine(directory, Program);
            if (Path.IsPathRooted(directory) && File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string path, string server, CancellationToken cancellationToken)
    {
        using var process = Start(path);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            // The complaints go by the protocol to standard output; standard error is drained so that it cannot block.
            var complaints = ReadAsync(process.StandardError, limit.Token);
            await SendAsync(process, server);
            var output = await ReadAsync(process.StandardOutput, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            var text = output.Trim();
            return (process.ExitCode, process.ExitCode != 0 && text.Length == 0 ? (await complaints).Trim() : text);
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            if (cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            throw Failure($"did not answer within {Limit.TotalMinutes:0} minutes", "unlock the key ring that it asks", exception);
        }
    }

    // One that never stops talking is hung up on, and fails with what is not whole JSON.
    private static async Task<string> ReadAsync(StreamReader stream, CancellationToken cancellationToken)
    {
        var buffer = new char[LongestAnswer];
        var length = await stream.ReadBlockAsync(buffer, cancellationToken);
        stream.Close();
        return new string(buffer, 0, length);
    }

    private Process Start(string path)
    {
        var start = new ProcessStartInfo(path, ["get"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw Failure($"cannot be started: {exception.Message}", $"check {path}", exception);
        }
    }

    private static async Task SendAsync(Process process, string server)
    {
        try
        {
            await process.StandardInput.WriteAsync(server);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading: its exit code tells why.
        }
    }

    private RegistryCredential Read(string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var user = document.RootElement.GetProperty("Username").GetString() ?? "";
            var secret = document.RootElement.GetProperty("Secret").GetString() ?? "";

            // The protocol's mark of an identity token.
            return user == "<token>"
                ? new RegistryCredential("", "", Program) { IdentityToken = secret }
                : new RegistryCredential(user, secret, Program);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // The output stays out of the message and of the inner exception's reach: it holds the secret.
            throw Failure("answered with something that is not the JSON of credentials", "update the helper");
        }
    }

    private ImageException Failure(string problem, string hint, Exception? inner = null) =>
        new(ImageErrorCodes.Credentials, $"the credential helper {Program} {problem}", inner) { Subject = Program, Hint = hint };

    private static string Shorten(string text)
    {
        var line = text.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end];
        return line[..Math.Min(line.Length, LongestComplaint)].ToString();
    }
}
