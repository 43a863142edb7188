using SharpBuild.Cache.Storage;
using SharpBuild.Cache.Traces;

namespace SharpBuild.Cache;

/// <summary>
/// A build store on disk: blobs, layers, records of steps, image names, cache mounts, context indexes. Any number of processes may
/// have it open; killed at any instant, they leave a valid store. Thread-safe.
/// </summary>
public sealed class Store : IAsyncDisposable, IDisposable
{
    private const int LayoutVersion = 3;
    private const int OldestVersion = 1;
    private const string CurrentVersion = "3";
    private readonly CachePaths paths;
    private readonly StoreSession session;
    private readonly FlushMarks marks;
    private readonly StoreLeases leases;

    private Store(StoreOptions options)
    {
        Options = options;
        paths = new CachePaths(options.Root);
        Locks = new StoreLocks(paths, options.Clock);
        session = new StoreSession(paths, Locks);
        marks = new FlushMarks(paths, session, options.Clock);
        leases = new StoreLeases(paths, options.Clock);
        Blobs = new ContentStore(paths, session);
        Layers = new LayerStore(paths, session, Locks, marks, Blobs, options.InUserNamespace);
        Records = new BuildRecords(paths, session, Layers, marks);
        Images = new ImageStore(paths, session, Locks, Layers, marks);
        CacheMounts = new CacheMountStore(paths, session, Locks);
        Contexts = new ContextStore(paths, session, options.Clock);
        Traces = new TraceStore(paths, session, Locks);
        Git = new GitMirrors(paths, session, Locks);
    }

    /// <summary>How it was opened.</summary>
    public StoreOptions Options { get; }

    /// <summary>The store's directory.</summary>
    public string Root => paths.Root;

    /// <summary>Blobs by digest.</summary>
    public ContentStore Blobs { get; }

    /// <summary>Layers.</summary>
    public LayerStore Layers { get; }

    /// <summary>Results of steps.</summary>
    public BuildRecords Records { get; }

    /// <summary>Images by name.</summary>
    public ImageStore Images { get; }

    /// <summary>Cache mounts by id.</summary>
    public CacheMountStore CacheMounts { get; }

    /// <summary>Stat indexes of contexts.</summary>
    public ContextStore Contexts { get; }

    /// <summary>What the last builds asked the cache for.</summary>
    public TraceStore Traces { get; }

    /// <summary>Copies of git repositories.</summary>
    public GitMirrors Git { get; }

    /// <summary>Locks between processes.</summary>
    public StoreLocks Locks { get; }

    /// <summary>Whether this process finished layers that a power loss could still take back; see <see cref="Flush"/>.</summary>
    public bool NeedsFlush => Layers.HasUnflushed;

    /// <summary>
    /// Opens a store; a missing one is made, one of an older version brought up to date. Costs seven system calls for an existing store,
    /// however much is in it.
    /// </summary>
    /// <exception cref="CacheException">It cannot be made or read, or a newer version wrote it.</exception>
    public static Store Open(StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var store = new Store(options);
        store.CheckVersion();
        StoreAccess.Repair(store.paths);
        if (options.TakesLease)
        {
            store.leases.Take();
        }

        return store;
    }

    /// <summary>Whether a directory is a store that this user may read.</summary>
    public static bool Exists(string root) => File.Exists(new CachePaths(root).Version);

    /// <summary>A temporary directory on the store's file system.</summary>
    public TemporaryDirectory CreateTemporaryDirectory() => new(session.NewPath());

    /// <summary>When what this boot wrote was last put on the disk; null when it never was.</summary>
    public DateTimeOffset? LastFlush => marks.LastFlush;

    /// <summary>
    /// Puts everything on the disk (syncfs), so that records and layers made until now count even after a power loss. Takes as long as
    /// the disk takes: for the end of a command, or a process in the background, never for a step.
    /// </summary>
    public void Flush()
    {
        Layers.HasUnflushed = false;
        marks.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Records.Dispose();
        session.Dispose();
        leases.Dispose();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void CheckVersion()
    {
        byte[]? content;
        try
        {
            content = AtomicFile.TryRead(paths.Version);
            if (content is null or [])
            {
                Create();
                return;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CacheException($"the store '{Root}' cannot be opened: {exception.Message}", Root, exception)
            {
                Code = CacheErrorCodes.NotWritable,
                Hint = AtomicFile.HintOf(exception is Linux.SyscallException refused ? refused.Errno : exception.HResult, paths.Version),
            };
        }

        var text = System.Text.Encoding.ASCII.GetString(content).Trim();
        if (text == CurrentVersion)
        {
            return;
        }

        if (!int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var version) || version is < OldestVersion or > LayoutVersion)
        {
            throw new CacheException($"the store '{Root}' has layout version {text}; this sharpbuild knows versions up to {LayoutVersion}", paths.Version)
            {
                Code = CacheErrorCodes.NewerStore,
                Hint = "use the sharpbuild that wrote it, or another store with --root",
            };
        }

        // All that older ones lack are directories, which whoever makes a store makes.
        Create();
    }

    internal CachePaths Paths => paths;

    internal StoreLeases Leases => leases;

    internal StoreSession Session => session;

    // Idempotent, and the version comes last: whoever sees it sees all directories.
    private void Create()
    {
        if (Path.GetDirectoryName(Root) is { Length: > 0 } parent)
        {
            Directory.CreateDirectory(parent);
        }

        StoreAccess.MakeDirectory(Root);
        StoreAccess.MakeDirectory(paths.Blobs);
        foreach (var directory in paths.Directories)
        {
            StoreAccess.MakeDirectory(directory);
        }

        AtomicFile.Write(session, paths.Version, System.Text.Encoding.ASCII.GetBytes(CurrentVersion + "\n"), durable: true);
    }
}
