using SharpBuild.Cache.Content;
using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class FileManifestTests : IDisposable
{
    private readonly ScratchStore scratch = new();

    [Fact]
    public void What_changed_is_told_by_file()
    {
        scratch.Write("d/same", "1");
        scratch.Write("d/content", "1");
        scratch.Write("d/mode", "1");
        scratch.Write("d/gone", "1");
        var before = Keep();
        scratch.Write("d/content", "2");
        scratch.Write("d/new", "1");
        File.SetUnixFileMode(Path.Join(scratch.Context, "d/mode"), UnixFileMode.UserRead);
        File.Delete(Path.Join(scratch.Context, "d/gone"));
        var changes = scratch.Store.Contexts.TryCompare(before, Keep());
        Assert.NotNull(changes);
        Assert.Equal(
            ["d/content Content  ", "d/gone Removed  ", "d/mode Mode 100644 100400", "d/new Added  "],
            changes.Value.Select(change => $"{change.Path} {change.Kind} {change.Before} {change.After}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_was_not_kept_cannot_be_compared()
    {
        scratch.Write("d/file", "1");
        Assert.Null(scratch.Store.Contexts.TryCompare(Digest.Compute("unknown"u8), Keep()));
    }

    [Fact]
    public void A_manifest_that_was_cut_short_is_none()
    {
        scratch.Write("d/file", "1");
        var kept = Keep();
        var path = Path.Join(scratch.StoreRoot, "manifests", kept.Hex[..2], kept.Hex[2..]);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^3]);
        Assert.Null(scratch.Store.Contexts.TryCompare(kept, kept));
    }

    [Fact]
    public void Ten_thousand_files_take_less_than_forty_bytes_each()
    {
        for (var i = 0; i < 1000; i++)
        {
            scratch.Write($"node_modules/package{i / 20}/lib/file{i}.js", $"{i}");
        }

        var kept = Keep();
        Assert.InRange(new FileInfo(Path.Join(scratch.StoreRoot, "manifests", kept.Hex[..2], kept.Hex[2..])).Length, 1000 * 15, 1000 * 40);
    }

    public void Dispose() => scratch.Dispose();

    private Digest Keep()
    {
        using var context = ContextSource.Open(scratch.Store.Contexts, scratch.Context, (_, _) => PathVerdict.Include);
        var digest = TreeDigester.Digest(context, new CopySelection { Sources = ["."] }, TestContext.Current.CancellationToken);
        scratch.Store.Contexts.PutManifest(digest.Digest, digest.Resolved!);
        return digest.Digest;
    }
}
