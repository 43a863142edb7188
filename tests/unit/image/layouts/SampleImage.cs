using System.Collections.Immutable;
using System.Text;
using SharpBuild.Image;
using SharpBuild.Image.Layouts;
using SharpBuild.Image.Tar;

namespace SharpBuild.UnitTests.Image.Layouts;

/// <summary>A small image in memory: one layer for each text.</summary>
internal sealed class SampleImage : IBlobSource
{
    private readonly Dictionary<Digest, byte[]> blobs = [];

    public SampleImage(params string[] contents)
    {
        Layers = [.. contents.Select(content => Tar(("file.txt", Encoding.UTF8.GetBytes(content))))];
        Config = ImageJson.Serialize(new ImageConfig { Os = "linux", Architecture = "amd64", RootFs = new RootFs([.. Layers.Select(l => Digest.Compute(l))]) });
        Manifest = ImageJson.Serialize(new Manifest
        {
            Config = Describe(MediaTypes.OciConfig, Config),
            Layers = [.. Layers.Select(layer => Describe(MediaTypes.OciLayer, layer))],
        });
        Descriptor = Describe(MediaTypes.OciManifest, Manifest);
    }

    public ImmutableArray<byte[]> Layers { get; }

    public byte[] Config { get; }

    public byte[] Manifest { get; }

    public Descriptor Descriptor { get; }

    public LayoutImage Named(params string[] names) => new(Descriptor, [.. names.Select(ImageReference.Parse)]);

    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(new MemoryStream(blobs[descriptor.Digest]));

    public static byte[] Tar(params (string Path, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var output = new StreamBufferWriter(stream))
        {
            var tar = new TarWriter(output);
            foreach (var (path, content) in files)
            {
                tar.WriteFile(path, content);
            }

            tar.WriteEnd();
        }

        return stream.ToArray();
    }

    private Descriptor Describe(string mediaType, byte[] content)
    {
        var digest = Digest.Compute(content);
        blobs[digest] = content;
        return new() { MediaType = mediaType, Digest = digest, Size = content.Length };
    }
}
