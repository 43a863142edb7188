using SharpBuild.Cache;
using SharpBuild.Cli.Commands;
using SharpBuild.Cli.Configuration;
using SharpBuild.Cli.Rendering;
using SharpBuild.Cli.Rendering.Pipelines;
using SharpBuild.Image.Registry;
using SharpBuild.Runtime;

namespace SharpBuild.Cli;

/// <summary>What a command works with. Everything is made when it is first used.</summary>
/// <param name="lookup">Reads an environment variable.</param>
/// <param name="clock">The clock.</param>
internal sealed class CommandHost(Func<string, string?> lookup, TimeProvider clock) : IDisposable
{
    /// <summary>The result code of writing to a pipe that nobody reads (EPIPE).</summary>
    public const int BrokenPipe = 32;

    private readonly List<Store> stores = [];
    private SafeWriter? output;
    private SafeWriter? error;

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Lookup { get; } = lookup;

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; } = clock;

    /// <summary>Standard output as text; flushed at the end.</summary>
    public SafeWriter Output => output ??= MakeSafe(StandardStreams.OpenOutput());

    /// <summary>Standard error as text; flushed at the end.</summary>
    public SafeWriter Error => error ??= MakeSafe(StandardStreams.OpenError());

    /// <summary>Writes to standard output.</summary>
    public void Print(string text) => Output.Write(text);

    /// <summary>Writes to standard error.</summary>
    public void Complain(string text) => Error.Write(text);

    /// <summary>Writes to standard error at once: something will take its time.</summary>
    public void ComplainNow(string text)
    {
        Error.Write(text);
        Error.Flush();
    }

    /// <summary>Whether standard output is a terminal.</summary>
    public static bool StandardOutputIsTerminal => HostTerminal.Of(1) is not null;

    /// <summary>Whether standard input is a terminal.</summary>
    public static bool StandardInputIsTerminal => HostTerminal.Of(0) is not null;

    /// <summary>Opens the store that the arguments name.</summary>
    public Store OpenStore(ParsedArguments arguments) => OpenStore(arguments, takesLease: true);

    /// <summary>Opens the store for a command that collects what nobody uses: it must not count as a user itself.</summary>
    public Store OpenStoreToCollect(ParsedArguments arguments) => OpenStore(arguments, takesLease: false);

    /// <summary>Opens the store to look at what it has, when there is one that can be opened; makes none.</summary>
    public Store? TryOpenExistingStore(ParsedArguments arguments)
    {
        try
        {
            var root = StoreLocation.Resolve(arguments.Last(arguments.Common.Root), Lookup, HostCapabilities.Probe().IsRoot);
            return Store.Exists(root) ? OpenStore(arguments, takesLease: false) : null;
        }
        catch (Exception exception) when (exception is CacheException or UsageException)
        {
            return null;
        }
    }

    /// <summary>Makes a client for the registries as the arguments and the config files describe them.</summary>
    public RegistryClient CreateRegistryClient(ParsedArguments arguments) => new(RegistrySettings.Read(arguments, Lookup, Clock));

    /// <summary>Writes what standard output still holds back. A reader that is gone (<c>sharpbuild images | head -1</c>) has what it wants.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void FlushOutput()
    {
        try
        {
            output?.Flush();
        }
        catch (IOException gone) when (gone.HResult == BrokenPipe)
        {
            output = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        TryDispose(output);
        TryDispose(error);
        StartUpkeep();
    }

    // What could not be written was told by FlushOutput, if anybody can still be told.
    private static void TryDispose(SafeWriter? stream)
    {
        try
        {
            stream?.Dispose();
        }
        catch (IOException)
        {
        }
    }

    private SafeWriter MakeSafe(Stream stream) =>
        new(StandardStreams.CreateWriter(stream), WorkflowCommands.AreRead(Lookup), keepsColors: string.IsNullOrEmpty(Lookup("NO_COLOR")));

    private Store OpenStore(ParsedArguments arguments, bool takesLease)
    {
        var host = HostCapabilities.Probe();
        var root = StoreLocation.Resolve(arguments.Last(arguments.Common.Root), Lookup, host.IsRoot);
        var store = Store.Open(new StoreOptions(root, host.InUserNamespace, Clock) { TakesLease = takesLease });
        stores.Add(store);
        return store;
    }

    // Last of all, when everything is told: a command that made no layer gets here with nothing to do.
    private void StartUpkeep()
    {
        if (stores.Find(store => store.NeedsFlush) is { } written && Lookup(UpkeepCommand.Variable) != "off" && !StoreUpkeep.IsAwaited(written))
        {
            BackgroundProcess.TryStart([UpkeepCommand.Verb, CommonOptions.RootName, written.Root], Lookup);
        }
    }
}
