namespace SharpBuild.Testing;

/// <summary>The tar of <c>examples/make-busybox-rootfs.sh</c>, made once for all tests of a process.</summary>
public static class BusyboxRootfs
{
    private static readonly Lazy<Task<string>> Tar = new(MakeAsync);

    /// <summary>Its path.</summary>
    public static Task<string> GetAsync() => Tar.Value;

    private static async Task<string> MakeAsync()
    {
        var directory = new TemporaryDirectory();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => directory.Dispose();
        await new Command(SourceTree.Resolve("examples/make-busybox-rootfs.sh"), directory["busybox.tar"]).SucceedAsync(CancellationToken.None);
        return directory["busybox.tar"];
    }
}
