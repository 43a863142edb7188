using System.IO.Pipelines;
using SharpBuild.Cache.Storage;
using SharpBuild.Image;
using SharpBuild.Image.Compression;
using SharpBuild.Image.Layers;

namespace SharpBuild.Cache;

/// <content>Layers as tars and compressed blobs.</content>
public sealed partial class LayerStore
{
    private const int PipeCapacity = 1 << 20;

    /// <summary>How layers of this store become tars: in a user namespace overlayfs marks opaque directories by another attribute.</summary>
    public LayerWriterOptions TarOptions => LayerWriterOptions.Default with { UserXattr = UserXattr };

    /// <summary>What the layer is as a tar. Measured once, by reading all its files, and remembered beside it.</summary>
    public Task<LayerBlob> GetDiffIdAsync(LayerId id, CancellationToken cancellationToken)
    {
        if (LayerFacts.TryRead(paths.LayerFacts(id))?.Tar is { } known)
        {
            return Task.FromResult(known);
        }

        // Started once however many ask; an asker who gives up does not stop it for the others.
        return measurements.GetOrAdd(id, key => new(() => Task.Run(() => Measure(key), CancellationToken.None))).Value.WaitAsync(cancellationToken);
    }

    /// <summary>Writes the layer's tar; the digest of what was written. An imported layer gives the very tar that it came as, unless times are to be rewritten.</summary>
    public LayerBlob WriteTar(LayerId id, Stream destination, LayerWriterOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options == TarOptions && LayerFacts.TryRead(paths.LayerFacts(id)) is { Source: { } source, Tar: { } tar })
        {
            // Another writer's tar of the same files has other bytes, and the image's config names those.
            using var imported = Codecs.Decompress(blobs.OpenRead(source.Digest), cancellationToken);
            imported.CopyTo(destination);
            return tar;
        }

        using var directory = OpenTree(id);
        var written = LayerWriter.WriteMeasured(directory, destination, options, cancellationToken);
        return new(written.DiffId, written.Size);
    }

    /// <summary>The layer's tar as a stream, made while it is read. The caller disposes it.</summary>
    public Stream OpenTar(LayerId id) => OpenTar(id, TarOptions);

    internal Stream OpenTar(LayerId id, LayerWriterOptions options)
    {
        ThrowIfMissing(id);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: PipeCapacity, resumeWriterThreshold: PipeCapacity / 2, useSynchronizationContext: false));
        _ = Task.Run(async () =>
        {
            Exception? failure = null;
            try
            {
                WriteTar(id, pipe.Writer.AsStream(leaveOpen: true), options, CancellationToken.None);
            }
#pragma warning disable CA1031 // Whatever it is, it belongs to the reader of the pipe, who gets it from its next read.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }

            await pipe.Writer.CompleteAsync(failure);
        });
        return pipe.Reader.AsStream();
    }

    /// <summary>The layer as a compressed blob of the store. Compressed once for each encoder, and found again by the layer's diff id.</summary>
    /// <param name="id">The layer.</param>
    /// <param name="codec">How to compress; a layer that was imported with this compression keeps the blob that it came with.</param>
    /// <param name="level">The codec's level, null for its default.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Descriptor> GetCompressedAsync(LayerId id, IBlobCodec codec, int? level, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(codec);
        var tar = await GetDiffIdAsync(id, cancellationToken);
        if (level is null && FindImported(id, codec) is { } imported)
        {
            return imported;
        }

        var encoder = $"{codec.Name} {codec.EncoderVersion} {level}";
        using var held = await locks.AcquireAsync($"encode {tar.DiffId} {encoder}", cancellationToken);
        var path = paths.Encoding(tar.DiffId, encoder);
        var known = JsonFiles.TryRead(path, element => LayerFacts.ReadDescriptor(element.GetProperty("blob")));
        if (known is not null && AtomicFile.TryTouch(path) && blobs.Claim(known.Digest) == known.Size)
        {
            return known;
        }

        var made = await Task.Run(() => Compress(id, codec, level, cancellationToken), cancellationToken);
        AtomicFile.Write(session, path, JsonFiles.Write(writer => LayerFacts.WriteDescriptor(writer, "blob", made)), durable: false);
        return made;
    }

    /// <summary>The compressed blob that an imported layer came with, if the store still has it; a push need not compress it again.</summary>
    public Descriptor? GetImportedBlob(LayerId id) =>
        LayerFacts.TryRead(paths.LayerFacts(id))?.Source is { } source && blobs.Size(source.Digest) == source.Size ? source : null;

    private Descriptor? FindImported(LayerId id, IBlobCodec codec)
    {
        var suffix = codec.MediaTypeSuffix ?? "";
        return GetImportedBlob(id) is { } source
            && (suffix.Length > 0 ? source.MediaType.EndsWith(suffix, StringComparison.Ordinal) || source.MediaType.EndsWith('.' + suffix[1..], StringComparison.Ordinal) : source.MediaType.EndsWith("tar", StringComparison.Ordinal))
            ? source
            : null;
    }

    private LayerBlob Measure(LayerId id)
    {
        using var directory = OpenTree(id);
        var measured = LayerWriter.Measure(directory, TarOptions, CancellationToken.None);
        var tar = new LayerBlob(measured.DiffId, measured.Size);
        var path = paths.LayerFacts(id);
        if (LayerFacts.TryRead(path) is { } facts)
        {
            AtomicFile.TryReplace(session, path, (facts with { Tar = tar }).ToJson());
        }

        return tar;
    }

    private Descriptor Compress(LayerId id, IBlobCodec codec, int? level, CancellationToken cancellationToken)
    {
        using var blob = blobs.BeginWrite();
        using (var compressor = codec.Compress(blob, level))
        {
            WriteTar(id, compressor, TarOptions, cancellationToken);
        }

        var size = blob.Length;
        return new() { MediaType = MediaTypes.OciLayer + codec.MediaTypeSuffix, Digest = blob.Commit(), Size = size };
    }
}
