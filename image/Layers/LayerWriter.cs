using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Image.Tar;

namespace SharpBuild.Image.Layers;

/// <summary>Turns a layer directory (an overlay upper directory) into a reproducible tar: the same tree gives the same bytes, and those that BuildKit would write. One pass, each file read once.</summary>
/// <remarks>No entry for the root; names sorted by bytes in each directory; whole seconds; owners as numbers only; whiteouts as <c>.wh.</c> files, opaque directories with a <c>.wh..wh..opq</c>; hard links within the layer kept; <c>user.*</c>, <c>trusted.*</c> and <c>security.capability</c> attributes kept, overlayfs' own left out; sockets left out.</remarks>
public static class LayerWriter
{
    /// <summary>Writes the tar. The destination is written from another thread, one write at a time, and stays open.</summary>
    /// <exception cref="ImageException">The directory cannot be read, or holds what a layer cannot.</exception>
    public static void Write(SafeFileHandle layerDirectory, Stream destination, LayerWriterOptions options, CancellationToken cancellationToken)
    {
        using var sink = new LayerSink(destination.Write);
        WriteTree(layerDirectory, sink, options, cancellationToken);
    }

    /// <summary>Writes one tar of several trees, each in a directory of its own.</summary>
    /// <exception cref="ImageException">A tree cannot be read, or holds what a layer cannot.</exception>
    public static void WriteAll(IEnumerable<LayerTree> trees, Stream destination, LayerWriterOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(trees);
        using var sink = new LayerSink(destination.Write);
        foreach (var tree in trees)
        {
            // A walk of its own: two file systems may use the same inode numbers, and hard links are told by those.
            new LayerWalk(sink.Writer, options, cancellationToken).RunIn(tree.Directory, tree.Root);
        }

        new TarWriter(sink.Writer).WriteEnd();
        sink.Complete();
    }

    /// <summary>Writes the tar and hashes it in the same pass.</summary>
    /// <exception cref="ImageException">The directory cannot be read, or holds what a layer cannot.</exception>
    public static LayerDigest WriteMeasured(SafeFileHandle layerDirectory, Stream destination, LayerWriterOptions options, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var sink = new LayerSink(destination.Write, hash.AppendData);
        return Finish(layerDirectory, sink, hash, options, cancellationToken);
    }

    /// <summary>The digest and size of the tar, without writing it anywhere.</summary>
    /// <exception cref="ImageException">The directory cannot be read, or holds what a layer cannot.</exception>
    public static LayerDigest Measure(SafeFileHandle layerDirectory, LayerWriterOptions options, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var sink = new LayerSink(hash.AppendData);
        return Finish(layerDirectory, sink, hash, options, cancellationToken);
    }

    private static LayerDigest Finish(SafeFileHandle directory, LayerSink sink, IncrementalHash hash, LayerWriterOptions options, CancellationToken cancellationToken)
    {
        WriteTree(directory, sink, options, cancellationToken);
        return new(Digest.OfSha256(hash.GetHashAndReset()), sink.Length);
    }

    private static void WriteTree(SafeFileHandle directory, LayerSink sink, LayerWriterOptions options, CancellationToken cancellationToken)
    {
        new LayerWalk(sink.Writer, options, cancellationToken).Run(directory);
        sink.Complete();
    }
}
