using System.Security.Cryptography;
using SharpBuild.Image;
using SharpBuild.Image.Compression;
using Xunit;

namespace SharpBuild.Testing;

/// <summary>The oracle of images: everything that a manifest promises must hold.</summary>
public static class ImageValidator
{
    /// <summary>Fails unless every blob is there with its digest and size, every layer has the diff id that the config names, and the history fits.</summary>
    public static async Task ValidateAsync(Manifest manifest, IBlobSource blobs, CancellationToken cancellationToken)
    {
        var config = ImageJson.DeserializeConfig(await ReadAsync(manifest.Config, blobs, cancellationToken));
        Assert.Equal(manifest.Layers.Length, config.RootFs.DiffIds.Length);
        Assert.True(config.History.IsEmpty || config.History.Count(entry => !entry.EmptyLayer) == manifest.Layers.Length, "the history does not fit the layers");
        Assert.NotEqual("", config.Os);
        Assert.NotEqual("", config.Architecture);
        for (var i = 0; i < manifest.Layers.Length; i++)
        {
            Assert.True(MediaTypes.IsLayer(manifest.Layers[i].MediaType), manifest.Layers[i].MediaType);
            var compressed = await ReadAsync(manifest.Layers[i], blobs, cancellationToken);
            await using var plain = Codecs.Decompress(new MemoryStream(compressed), cancellationToken);
            Assert.Equal(config.RootFs.DiffIds[i], Digest.OfSha256(await SHA256.HashDataAsync(plain, cancellationToken)));
        }
    }

    private static async Task<byte[]> ReadAsync(Descriptor descriptor, IBlobSource blobs, CancellationToken cancellationToken)
    {
        await using var stream = await blobs.OpenAsync(descriptor, cancellationToken);
        using var whole = new MemoryStream();
        await stream.CopyToAsync(whole, cancellationToken);
        Assert.Equal(descriptor.Size, whole.Length);
        Assert.Equal(descriptor.Digest, Digest.Compute(whole.ToArray()));
        return whole.ToArray();
    }
}
