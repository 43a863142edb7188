using System.Collections.Immutable;
using SharpBuild.Cache.Content;
using SharpBuild.Cache.Storage;
using SharpBuild.Image;
using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <summary>What is remembered of files that COPY reads: a stat index for each context directory, and the digests of what was selected out of snapshots. All of it only saves reading.</summary>
public sealed class ContextStore
{
    private readonly CachePaths paths;
    private readonly StoreSession session;

    internal ContextStore(CachePaths paths, StoreSession session, TimeProvider clock) => (this.paths, this.session, Clock) = (paths, session, clock);

    internal TimeProvider Clock { get; }

    internal string IndexPath(string directory) => paths.Context(directory);

    internal byte[]? ReadIndex(string directory) => AtomicFile.TryRead(IndexPath(directory));

    internal void WriteIndex(string directory, ReadOnlySpan<byte> content) => AtomicFile.Write(session, IndexPath(directory), content, durable: false);

    /// <summary>What a selection out of a snapshot was found to contain: layers never change, so that stays true.</summary>
    internal Digest? TryGetContent(Digest selection) =>
        AtomicFile.TryRead(paths.Content(selection)) is { Length: 32 } hash ? Digest.OfSha256(hash) : null;

    internal void PutContent(Digest selection, Digest content) =>
        AtomicFile.Write(session, paths.Content(selection), Convert.FromHexString(content.Hex), durable: false);

    /// <summary>Keeps the names and short digests of what a selection was found to contain, for who asks later what changed.</summary>
    public void PutManifest(Digest content, ResolvedSelection selection)
    {
        if (!FileStatuses.TryGet(paths.Manifest(content), out _))
        {
            AtomicFile.Write(session, paths.Manifest(content), FileManifest.Of(selection).Serialize(), durable: false);
        }
    }

    /// <summary>The files of a selection by the digest of their content; null when that is not known any more.</summary>
    internal FileManifest? TryGetManifest(Digest content) => FileManifest.TryParse(AtomicFile.TryRead(paths.Manifest(content)));

    /// <summary>What changed between two selections by the digests of their content; null when one of them is not known any more.</summary>
    public ImmutableArray<FileChange>? TryCompare(Digest before, Digest after) =>
        TryGetManifest(before) is { } old && TryGetManifest(after) is { } now
            ? old.Compare(now)
            : null;
}
