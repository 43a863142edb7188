using Microsoft.Win32.SafeHandles;
using SharpBuild.Image.Compression;
using SharpBuild.Image.Tar;

namespace SharpBuild.Image.Layers;

/// <summary>Unpacks local archives as ADD does: whatever the content shows to be a tar, plain or compressed, whatever its name.</summary>
public static class ArchiveExtractor
{
    /// <summary>Whether the content is a tar with at least one entry, plain or compressed. The position is restored.</summary>
    public static bool IsArchive(Stream seekable, CancellationToken cancellationToken)
    {
        var position = seekable.Position;
        try
        {
            using var plain = Codecs.Decompress(new Borrowed(seekable), cancellationToken);
            return new TarReader(plain, cancellationToken).Next() is not null;
        }
        catch (ImageException exception) when (exception.Code is ImageErrorCodes.InvalidTar or ImageErrorCodes.Compression)
        {
            return false;
        }
        finally
        {
            seekable.Position = position;
        }
    }

    /// <summary>The time of the file in an archive that was changed last, in seconds since 1970; null when it is no whole archive, or has no file. The position is restored.</summary>
    public static long? FindNewestFile(Stream seekable, CancellationToken cancellationToken)
    {
        var position = seekable.Position;
        try
        {
            using var plain = Codecs.Decompress(new Borrowed(seekable), cancellationToken);
            var reader = new TarReader(plain, cancellationToken);
            long? newest = null;
            while (reader.Next() is { } entry)
            {
                newest = entry.Kind == TarEntryKind.File ? Math.Max(newest ?? long.MinValue, entry.Modified.Seconds) : newest;
            }

            return newest;
        }
        catch (ImageException exception) when (exception.Code is ImageErrorCodes.InvalidTar or ImageErrorCodes.Compression)
        {
            return null;
        }
        finally
        {
            seekable.Position = position;
        }
    }

    /// <summary>
    /// Unpacks to a directory. The union with what is there results: directories are merged, anything else is replaced. The directory is
    /// the root for everything in the archive: absolute links, <c>..</c> and links on the way to an entry stay inside it.
    /// </summary>
    /// <param name="archive">The archive, plain or compressed; read to its end, not disposed.</param>
    /// <param name="directory">The directory to unpack to, usually in a merged overlay; its own owner and mode stay.</param>
    /// <param name="options">Owner and permissions.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ImageException">The archive is damaged or unsafe, or the file system refused.</exception>
    public static void Extract(Stream archive, SafeFileHandle directory, ArchiveExtractionOptions options, CancellationToken cancellationToken)
    {
        using var extraction = new TreeExtraction(directory, new()
        {
            Owner = options.Owner,
            ChangeMode = options.ChangeMode,
            MaximumBytes = options.MaximumBytes,
            Notice = options.Notice,
        });
        using var tar = Codecs.Decompress(new Borrowed(archive), cancellationToken);
        extraction.Run(tar, cancellationToken);
    }

    // A stream that somebody else disposes.
    private sealed class Borrowed(Stream stream) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer) => stream.Read(buffer);
    }
}
