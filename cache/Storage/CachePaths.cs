using System.Security.Cryptography;
using SharpBuild.Image;

namespace SharpBuild.Cache.Storage;

/// <summary>Every name on disk. Nobody else builds a path inside the store.</summary>
internal sealed class CachePaths(string root)
{
    /// <summary>The store's directory.</summary>
    public string Root { get; } = Path.TrimEndingDirectorySeparator(root);

    /// <summary>The version of the layout.</summary>
    public string Version => Path.Join(Root, "version");

    /// <summary>A directory that stays empty: the bottom of an overlay that has no other.</summary>
    public string Empty => Path.Join(Root, "empty");

    /// <summary>Half-made things, one directory a live process.</summary>
    public string Sessions => Path.Join(Root, "sessions");

    /// <summary>Where blobs of one algorithm are.</summary>
    public string Blobs => Path.Join(Root, "blobs");

    /// <summary>The layers.</summary>
    public string Layers => Path.Join(Root, "layers");

    /// <summary>The build records.</summary>
    public string Records => Path.Join(Root, "records");

    /// <summary>The names of images.</summary>
    public string Images => Path.Join(Root, "images");

    /// <summary>The cache mounts.</summary>
    public string CacheMounts => Path.Join(Root, "cache-mounts");

    /// <summary>The stat indexes of build contexts.</summary>
    public string Contexts => Path.Join(Root, "contexts");

    /// <summary>Remembered digests of what was copied out of snapshots.</summary>
    public string Contents => Path.Join(Root, "contents");

    /// <summary>Lock files.</summary>
    public string Locks => Path.Join(Root, "locks");

    /// <summary>One file a boot: how far its writes are known to be on the disk.</summary>
    public string Flushes => Path.Join(Root, "flushes");

    /// <summary>A file whose time says when the store was last collected of itself.</summary>
    public string LastCollection => Path.Join(Root, "collected");

    /// <summary>Remembered results of compressing a layer.</summary>
    public string Encodings => Path.Join(Root, "encodings");

    /// <summary>One file for each span of time in which a live process began to use the store.</summary>
    public string Leases => Path.Join(Root, "leases");

    /// <summary>The last builds of each Dockerfile.</summary>
    public string Traces => Path.Join(Root, "traces");

    /// <summary>The files of copied selections, with a short digest each.</summary>
    public string Manifests => Path.Join(Root, "manifests");

    /// <summary>What is kept of git repositories; made when the first one is used.</summary>
    public string Git => Path.Join(Root, "git");

    /// <summary>The directories that a new store starts with.</summary>
    public IEnumerable<string> Directories =>
        [Empty, Sessions, Path.Join(Blobs, "sha256"), Layers, Records, Images, CacheMounts, Contexts, Contents, Locks, Flushes, Encodings, Leases, Traces, Manifests];

    /// <summary>A blob.</summary>
    public string Blob(Digest digest) => Path.Join(Blobs, digest.Algorithm, digest.Hex);

    /// <summary>A layer's directory.</summary>
    public string Layer(LayerId id) => Path.Join(Layers, id.Value);

    /// <summary>A layer's files, as overlayfs left them.</summary>
    public string LayerTree(LayerId id) => Path.Join(Layers, id.Value, "fs");

    /// <summary>When a layer was finished, and what its tar is once that is measured.</summary>
    public string LayerFacts(LayerId id) => Path.Join(Layers, id.Value, "layer.json");

    /// <summary>A build record; spread over 256 directories so that none grows large.</summary>
    public string Record(Digest key) => Spread(Records, key.Hex, ".json");

    /// <summary>The digest of a selection out of a snapshot.</summary>
    public string Content(Digest selection) => Spread(Contents, selection.Hex, "");

    /// <summary>The files of a selection, by the digest of its content.</summary>
    public string Manifest(Digest content) => Spread(Manifests, content.Hex, "");

    /// <summary>The last builds of a Dockerfile.</summary>
    public string Trace(string identity) => Path.Join(Traces, HashOf(identity) + ".json");

    /// <summary>The compressed form of a layer.</summary>
    public string Encoding(Digest diffId, string encoder) => Path.Join(Encodings, $"{diffId.Hex}-{HashOf(encoder)}");

    /// <summary>The file of an image's name, or of an image without a name by its id.</summary>
    public string Image(string canonicalName) => Path.Join(Images, HashOf(canonicalName) + ".json");

    /// <summary>All directories of one cache mount.</summary>
    public string CacheMount(string identity) => Path.Join(CacheMounts, HashOf(identity));

    /// <summary>The bare copy of a git repository.</summary>
    public string GitMirror(string identity) => Path.Join(Git, HashOf(identity));

    /// <summary>The stat index of a context directory.</summary>
    public string Context(string directory) => Path.Join(Contexts, HashOf(directory) + ".stat");

    /// <summary>A lock file.</summary>
    public string Lock(string name) => Path.Join(Locks, HashOf(name));

    /// <summary>The lease of a span of time.</summary>
    public string Lease(long span) => Path.Join(Leases, span.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The flush mark of a boot.</summary>
    public string Flush(string bootId) => Path.Join(Flushes, bootId);

    /// <summary>Whether the content of a top directory is listed one by one when space is explained.</summary>
    public bool IsListed(string path) => path == Layers || path == Blobs || path == CacheMounts || path == Contexts || path == Contents || path == Manifests || path == Traces || path == Git;

    /// <summary>Whether a name in the store's directory is one that a store has.</summary>
    public static bool IsKnown(string name) =>
        name is "blobs" or "layers" or "cache-mounts" or "containers" or "volumes" or "lost+found" || Meaning(name) != name;

    /// <summary>What a top directory or file is for, in words.</summary>
    public static string Meaning(string name) => name switch
    {
        "records" => "what steps led to",
        "images" => "names of images",
        "encodings" => "which blob is which layer, compressed",
        "locks" or "leases" or "sessions" => "who is doing what now",
        "flushes" => "what has reached the disk",
        "version" or "empty" or "collected" => "the layout",
        "contexts" => "digests of the files of a context",
        "contents" => "digests of what was copied out of stages",
        "manifests" => "names of copied files, to explain what changed",
        "traces" => "the last builds of a Dockerfile, to explain what changed",
        "git" => "keys of git servers",
        "containers" => "containers",
        "volumes" => "volumes",
        _ => name,
    };

    // Names from outside (image names, mount ids, paths) never become file names: too long, or worse.
    private static string HashOf(string name) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)).AsSpan(0, 20));

    private static string Spread(string directory, string hex, string suffix) => Path.Join(directory, hex.AsSpan(0, 2), hex.AsSpan(2)) + suffix;
}
