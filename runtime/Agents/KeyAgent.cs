using System.ComponentModel;
using System.Diagnostics;
using SharpBuild.Linux;

namespace SharpBuild.Runtime.Agents;

/// <summary>The system's <c>ssh-agent</c>, started with keys from files. It ends with this object, and with this process however that ends.</summary>
/// <remarks>
/// Keys reach <c>ssh-add</c> through a pipe: given as files it would refuse those that others may read, which a checkout of a
/// CI secret often is.
/// </remarks>
internal sealed class KeyAgent : IDisposable
{
    // The shell is the agent's parent and reaps it: started the usual way it would be an orphan, whose end not every container's first
    // process notices. The agent lives until the shell's input ends. That the shell itself writes nothing lets an agent that fails be seen.
    private const int LongestKey = 100 * 1024; // as Docker reads
    private const string Keeper = "\"$0\" -D -s -a \"$1\" & exec >/dev/null; cat; kill $!; wait";

    private readonly DirectoryInfo directory;
    private readonly Process holder;

    private KeyAgent(DirectoryInfo directory)
    {
        this.directory = directory;
        holder = Start("/bin/sh", ["-c", Keeper, Find("ssh-agent"), SocketPath], []);
    }

    /// <summary>Where it listens.</summary>
    public string SocketPath => Path.Combine(directory.FullName, "agent");

    /// <summary>Starts an agent and adds the keys.</summary>
    public static async Task<KeyAgent> StartAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var agent = new KeyAgent(Directory.CreateTempSubdirectory("sharpbuild-agent-"));
        try
        {
            await agent.WaitReadyAsync(cancellationToken);
            foreach (var key in keys)
            {
                await agent.AddAsync(key, cancellationToken);
            }

            return agent;
        }
        catch
        {
            agent.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        holder.StandardInput.Close();
        holder.WaitForExit();
        holder.Dispose();
        File.Delete(SocketPath);
        directory.Delete();
    }

    private static Process Start(string program, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw Missing(program, exception);
        }
    }

    private static string Find(string program) =>
        (HostProgram.TryFind(program, System.Environment.GetEnvironmentVariable("PATH") ?? "") ?? throw Missing(program, null)).Path;

    private static SandboxException Missing(string program, Exception? inner) =>
        new($"the system has no {program}, which keys are given to", inner)
        {
            Code = SandboxException.AgentUnusable,
            Hint = "install openssh-client, or start an agent elsewhere and give its socket",
        };

    private async Task WaitReadyAsync(CancellationToken cancellationToken)
    {
        // It prints where it listens as soon as it does.
        if (await holder.StandardOutput.ReadLineAsync(cancellationToken) is null)
        {
            holder.StandardInput.Close();
            throw new SandboxException($"ssh-agent could not be started: {(await holder.StandardError.ReadToEndAsync(cancellationToken)).Trim()}")
            {
                Code = SandboxException.AgentUnusable,
            };
        }
    }

    private async Task AddAsync(string key, CancellationToken cancellationToken)
    {
        // Nobody is there to type a passphrase: the program that would ask for one fails.
        using var add = Start(Find("ssh-add"), ["-q", "-"], [("SSH_AUTH_SOCK", SocketPath), ("SSH_ASKPASS", "/bin/false"), ("SSH_ASKPASS_REQUIRE", "force"), ("LC_ALL", "C")]);
        var complaint = add.StandardError.ReadToEndAsync(cancellationToken);
        var content = await Task.Run(() => NamedInput.ReadAll(key, LongestKey, cancellationToken), cancellationToken);
        await CopyAsync(content, add.StandardInput, cancellationToken);
        await add.WaitForExitAsync(cancellationToken);
        if (add.ExitCode != 0)
        {
            var reason = (await complaint).Trim();
            throw new SandboxException($"'{key}' cannot be used as a private key: {(reason.Length > 0 ? reason : "it has a passphrase")}")
            {
                Code = SandboxException.AgentUnusable,
                Hint = "give a private key without a passphrase, or the socket of an agent that holds it",
            };
        }
    }

    private static async Task CopyAsync(byte[] key, StreamWriter input, CancellationToken cancellationToken)
    {
        try
        {
            await input.BaseStream.WriteAsync(key, cancellationToken);
            input.Close();
        }
        catch (IOException)
        {
            // It ended without reading all: its exit code tells why.
        }
    }
}
