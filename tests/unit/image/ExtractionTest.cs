using Microsoft.Win32.SafeHandles;
using SharpBuild.Image.Layers;
using SharpBuild.Linux;
using SharpBuild.Testing;

namespace SharpBuild.UnitTests.Image;

/// <summary>A root to extract into, with a world around it that must not change.</summary>
public abstract class ExtractionTest : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    protected ExtractionTest()
    {
        directory.Write("outside/secret", "untouched");
        Directory.CreateDirectory(RootPath);
        Directory.CreateDirectory(directory["lower"]);
        Root = Open("root");
    }

    protected SafeFileHandle Root { get; }

    protected string RootPath => directory["root"];

    protected string OutsidePath => directory["outside"];

    protected string LowerPath => directory["lower"];

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing)
    {
        Root.Dispose();
        directory.Dispose();
    }

    internal LayerContent Extract(TarMaker tar, SafeFileHandle? lower = null)
    {
        using var stream = tar.ToStream();
        return LayerExtractor.Extract(stream, Root, new() { UserXattr = true, Lower = lower }, CancellationToken.None);
    }

    internal void Unpack(TarMaker tar, string destination, ArchiveExtractionOptions? options = null)
    {
        using var stream = tar.ToStream();
        var path = destination.Trim('/');
        Directory.CreateDirectory(Path.Combine(RootPath, path));
        using var into = Descriptors.OpenAt(Root, path, OpenFlags.ReadOnly | OpenFlags.Directory, ResolveFlags.InRoot);
        ArchiveExtractor.Extract(stream, into, options ?? ArchiveExtractionOptions.Default, CancellationToken.None);
    }

    protected string Read(string path) => File.ReadAllText(Path.Combine(RootPath, path));

    protected bool Exists(string path) => FileStatuses.TryGet(Path.Combine(RootPath, path), out _);

    protected FileStatus Status(string path) => FileStatuses.TryGet(Path.Combine(RootPath, path), out var status) ? status : throw new FileNotFoundException(path);

    protected SafeFileHandle Open(string name) => Descriptors.Open(directory[name], OpenFlags.ReadOnly | OpenFlags.Directory);

    /// <summary>All that is outside of the root, as text.</summary>
    protected string DescribeOutside()
    {
        FileStatuses.TryGet(OutsidePath, out var outside);
        FileStatuses.TryGet(Path.Combine(OutsidePath, "secret"), out var secret);
        return string.Join('\n', Directory.GetFileSystemEntries(directory.Path).Order(StringComparer.Ordinal))
            + string.Join('\n', Directory.GetFileSystemEntries(OutsidePath))
            + $"{outside.Permissions} {outside.Modified} {secret.Permissions} {secret.Links} {secret.Modified} {secret.Changed} {File.ReadAllText(Path.Combine(OutsidePath, "secret"))}";
    }
}
