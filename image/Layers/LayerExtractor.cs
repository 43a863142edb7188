using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Image.Layers;

/// <summary>Turns a layer's tar into an overlay layer directory. The tar is hostile until proven otherwise: every path is walked by directory descriptors below the directory, links in it included, so nothing is made or changed outside.</summary>
/// <remarks>The source is read (and decompressed, if it is a decompressing stream) on one thread, hashed on a second, extracted on the caller's.</remarks>
public static class LayerExtractor
{
    /// <summary>Extracts an uncompressed tar into an empty directory. After a failure the directory holds a part and is the caller's to remove.</summary>
    /// <exception cref="ImageException">The tar is damaged or unsafe, or the file system refused.</exception>
    public static LayerContent Extract(Stream tar, SafeFileHandle layerDirectory, LayerExtractionOptions options, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var pipe = new BlockPipe(consumers: 2);
        var hashing = BlockThread.Consume(pipe, 0, hash.AppendData);
        var reading = BlockThread.Start(pipe, () => ReadInto(tar, pipe, options.MaximumBytes, cancellationToken));
        LayerContent content;
        try
        {
            content = ExtractEntries(new PipeReadStream(pipe, 1), layerDirectory, options, cancellationToken);
            reading.Join();
            hashing.Join();
            pipe.ThrowIfFailed();
        }
        finally
        {
            // The reading thread may still wait for a slow network with a block in hand: after a failure the blocks are left to the collector.
            pipe.Fail(new OperationCanceledException("the extraction ended"));
        }

        content = content with { DiffId = Digest.OfSha256(hash.GetHashAndReset()), TarSize = pipe.Length };
        pipe.Dispose();
        return content;
    }

    private static LayerContent ExtractEntries(Stream tar, SafeFileHandle layerDirectory, LayerExtractionOptions options, CancellationToken cancellationToken)
    {
        using var extraction = new TreeExtraction(layerDirectory, new()
        {
            IsLayer = true,
            UserXattr = options.UserXattr,
            Lower = options.Lower,
            MaximumBytes = options.MaximumBytes,
            Notice = options.Notice,
        });
        return extraction.Run(tar, cancellationToken);
    }

    private static void ReadInto(Stream source, BlockPipe pipe, long maximumBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var length = source.Read(pipe.GetSpan(1));
            if (length == 0)
            {
                pipe.Complete();
                return;
            }

            pipe.Advance(length);
            if (pipe.Length / 2 > maximumBytes)
            {
                // Headers and padding at most double small files: more is a bomb without files.
                throw new ImageException(ImageErrorCodes.LimitExceeded, "the tar is far larger than the files in it may be");
            }
        }
    }
}
