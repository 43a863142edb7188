using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace SharpBuild.Image.Registry;

/// <summary>Asks <c>docker-credential-…</c> programs for credentials.</summary>
/// <remarks>The one place outside <c>runtime</c> that starts a process: the helper is the user's own program, part of their login to a registry, and runs as the user does, in no sandbox.</remarks>
/// <param name="searchPath">Directories, parted by colons.</param>
internal sealed class CredentialHelper(string searchPath)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>The credentials for a server, null when the helper knows none.</summary>
    public async Task<RegistryCredential?> GetAsync(string name, string server, CancellationToken cancellationToken)
    {
        var program = "docker-credential-" + name;
        var path = name.AsSpan().IndexOfAnyExcept(Characters.Word) < 0 ? Array.Find(searchPath.Split(':'), directory => directory.Length > 0 && File.Exists(Path.Combine(directory, program))) : null;
        if (path is null)
        {
            throw Failed(program, "it is not on the PATH", null);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var (exitCode, output) = await RunAsync(Path.Combine(path, program), server, limit.Token);
            return exitCode == 0 ? Read(output, program)
                : output.Contains("credentials not found", StringComparison.OrdinalIgnoreCase) ? null
                : throw Failed(program, output.Trim() is { Length: > 0 } said ? said : $"exit code {exitCode}", null);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(program, "it does not answer", exception);
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or JsonException)
        {
            throw Failed(program, exception.Message, exception);
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string server, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new(program, ["get"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.Start();
        try
        {
            await process.StandardInput.WriteAsync(server.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);

            // Helpers report errors on either stream.
            return (process.ExitCode, process.ExitCode == 0 || output.Length > 0 ? output : await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static RegistryCredential? Read(string output, string program)
    {
        using var document = JsonDocument.Parse(output);
        var root = document.RootElement;
        var user = root.TryGetProperty("Username", out var name) ? name.GetString() ?? "" : "";
        var secret = root.TryGetProperty("Secret", out var value) ? value.GetString() ?? "" : "";
        return user == "<token>" ? new("", "", program) { IdentityToken = secret }
            : user.Length == 0 && secret.Length == 0 ? null
            : new(user, secret, program);
    }

    private static ImageException Failed(string program, string why, Exception? inner) => new(ImageErrorCodes.Credentials, $"the credential helper {program} failed: {why}", inner)
    {
        Subject = program,
        Hint = "install it, or take it out of ~/.docker/config.json",
    };
}
