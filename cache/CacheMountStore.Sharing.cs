using SharpBuild.Image;
using SharpBuild.Image.Compression;
using SharpBuild.Image.Layers;
using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <content>Cache mounts that leave a store, or come from another.</content>
public sealed partial class CacheMountStore
{
    /// <summary>Whether there is one already: what somebody else's looks like does not matter then.</summary>
    internal bool Exists(CacheMountRequest request) => FileStatuses.TryGet(Path.Join(paths.CacheMount(request.Identity), "0"), out _);

    /// <summary>What tells a cache mount from others, in any store.</summary>
    internal string NameOf(CacheMountRequest request) => Path.GetFileName(paths.CacheMount(request.Identity));

    /// <summary>Writes the files of a cache mount as a tar; null when somebody has it for himself now, or it holds nothing that is shared.</summary>
    internal Descriptor? TryExport(CacheMountInfo mount, ContentStore blobs, IBlobCodec codec, int? level, LayerWriterOptions options, CancellationToken cancellationToken)
    {
        using var held = locks.TryAcquireShared(LockName(mount.Path, 0));
        using var directory = Descriptors.TryOpen(Path.Join(mount.Path, "0"), OpenFlags.ReadOnly | OpenFlags.Directory, out _);
        if (held is null || directory is null)
        {
            return null;
        }

        using var blob = blobs.BeginWrite();
        using (var compressor = codec.Compress(blob, level))
        {
            LayerWriter.WriteMeasured(directory, compressor, options, cancellationToken);
        }

        var size = blob.Length;
        return new() { MediaType = MediaTypes.OciLayer + codec.MediaTypeSuffix, Digest = blob.Commit(), Size = size };
    }

    /// <summary>Fills a new cache mount from such a tar; one that cannot be read leaves it empty.</summary>
    internal static void Fill(Microsoft.Win32.SafeHandles.SafeFileHandle directory, Stream compressed, bool userXattr, CancellationToken cancellationToken)
    {
        try
        {
            using var tar = Codecs.Decompress(compressed, cancellationToken);
            LayerExtractor.Extract(tar, directory, new() { UserXattr = userXattr }, cancellationToken);
        }
        catch (Exception exception) when (exception is ImageException or CacheException)
        {
            foreach (var entry in ByteNames.ReadEntries(directory))
            {
                TreeRemover.Remove(directory, entry.Name);
            }
        }
    }
}
