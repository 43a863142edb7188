using SharpBuild.Cache;
using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class ContentStoreTests : IDisposable
{
    private readonly ScratchStore scratch = new();

    private ContentStore Blobs => scratch.Store.Blobs;

    [Fact]
    public void What_is_written_can_be_read()
    {
        var digest = Blobs.Write("hello"u8);
        Assert.Equal(Digest.Compute("hello"u8), digest);
        Assert.Equal("hello"u8.ToArray(), Blobs.ReadAll(digest));
        Assert.Equal(5, Blobs.Size(digest));
    }

    [Fact]
    public void A_blob_that_is_not_committed_leaves_nothing()
    {
        using (var writer = Blobs.BeginWrite())
        {
            writer.Write("half"u8);
        }

        Assert.False(Blobs.Contains(Digest.Compute("half"u8)));
        Assert.Empty(Directory.EnumerateFiles(Path.Join(scratch.StoreRoot, "sessions"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_blob_with_another_digest_than_announced_is_refused()
    {
        using var writer = Blobs.BeginWrite();
        writer.Write("what came"u8);
        var exception = Assert.Throws<CacheException>(() => writer.Commit(Digest.Compute("what was announced"u8)));
        Assert.Contains("9 bytes", exception.Message, StringComparison.Ordinal);
        Assert.False(Blobs.Contains(Digest.Compute("what came"u8)));
    }

    [Fact]
    public void A_damaged_blob_is_noticed_by_every_reader()
    {
        var digest = Blobs.Write("content"u8);
        File.WriteAllText(Path.Join(scratch.StoreRoot, "blobs", "sha256", digest.Hex), "cOntent");
        Assert.Throws<CacheException>(() => Blobs.ReadAll(digest));
        Assert.False(Blobs.IsIntact(digest));
        using var stream = Blobs.OpenRead(digest);
        Assert.Throws<CacheException>(() => stream.CopyTo(Stream.Null));
    }

    [Fact]
    public void A_missing_blob_is_said_to_be_missing()
    {
        var exception = Assert.Throws<CacheException>(() => Blobs.OpenRead(Digest.Compute("nothing"u8)));
        Assert.Equal(CacheErrorCodes.Missing, exception.Code);
    }

    public void Dispose() => scratch.Dispose();
}
