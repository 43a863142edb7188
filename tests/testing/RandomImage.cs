using System.Collections.Immutable;
using SharpBuild.Image;
using SharpBuild.Image.Compression;
using SharpBuild.Image.Registry;
using SharpBuild.Image.Tar;

namespace SharpBuild.Testing;

/// <summary>An image of files with random content: whole and valid, and the same for the same seed.</summary>
public sealed class RandomImage
{
    /// <summary>Makes an image of some layers, each of a few files.</summary>
    public RandomImage(int seed, int layers = 2, int fileSize = 10_000, string? platform = null)
    {
        var random = new Random(seed);
        var descriptors = ImmutableArray.CreateBuilder<Descriptor>();
        var diffIds = ImmutableArray.CreateBuilder<Digest>();
        for (var i = 0; i < layers; i++)
        {
            var tar = MakeLayer(random, i, fileSize);
            diffIds.Add(Digest.Compute(tar));
            descriptors.Add(Blobs.Add(MediaTypes.OciLayerGzip, Compress(tar)));
        }

        var target = platform is null ? Platform.Host : Platform.Parse(platform);
        Config = ImageConfig.ForPlatform(target) with
        {
            Created = DateTimeOffset.UnixEpoch,
            Config = new() { Env = ["PATH=/bin"], Cmd = ["sh"] },
            RootFs = new(diffIds.ToImmutable()),
            History = [.. diffIds.Select((_, index) => new HistoryEntry(DateTimeOffset.UnixEpoch, $"COPY {index} /"))],
        };
        Manifest = new() { Config = Blobs.Add(MediaTypes.OciConfig, ImageJson.Serialize(Config)), Layers = descriptors.ToImmutable() };
        var bytes = ImageJson.Serialize(Manifest);
        Resolved = new(Blobs.Add(MediaTypes.OciManifest, bytes) with { Platform = target }, bytes);
    }

    /// <summary>Its blobs: layers, config, manifest.</summary>
    public MemoryBlobs Blobs { get; } = new();

    /// <summary>Its config.</summary>
    public ImageConfig Config { get; }

    /// <summary>Its manifest.</summary>
    public Manifest Manifest { get; }

    /// <summary>Its manifest, as bytes.</summary>
    public ResolvedManifest Resolved { get; }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5394", Justification = "The same seed must give the same image.")]
    private static byte[] MakeLayer(Random random, int layer, int fileSize)
    {
        using var memory = new MemoryStream();
        using (var output = new StreamBufferWriter(memory))
        {
            var tar = new TarWriter(output);
            tar.WriteDirectory($"layer{layer}");
            for (var i = 0; i < 3; i++)
            {
                var content = new byte[fileSize];
                random.NextBytes(content);
                tar.WriteFile($"layer{layer}/file{i}", content);
            }

            tar.WriteEnd();
        }

        return memory.ToArray();
    }

    private static byte[] Compress(byte[] data)
    {
        using var memory = new MemoryStream();
        using (var gzip = Codecs.Gzip.Compress(memory, null))
        {
            gzip.Write(data);
        }

        return memory.ToArray();
    }
}
