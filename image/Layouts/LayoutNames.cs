using System.Text;

namespace SharpBuild.Image.Layouts;

/// <summary>The file names and annotations of layouts and archives.</summary>
internal static class LayoutNames
{
    public const string Index = "index.json";
    public const string Marker = "oci-layout";
    public const string ArchiveManifest = "manifest.json";
    public const string Repositories = "repositories";

    /// <summary>The whole name of an image, as containerd and BuildKit write it.</summary>
    public const string ImageName = "io.containerd.image.name";

    /// <summary>The tag by OCI's rules; podman writes the whole name here.</summary>
    public const string ReferenceName = "org.opencontainers.image.ref.name";

    /// <summary>What a descriptor has that is about another one: an attestation, not an image.</summary>
    public const string DockerReferenceType = "vnd.docker.reference.type";

    /// <summary>No JSON of an archive may be larger: what it describes would not fit on a disk either.</summary>
    public const int MaximumJson = 16 << 20;

    public static ReadOnlySpan<byte> MarkerContent => "{\"imageLayoutVersion\":\"1.0.0\"}"u8;

    /// <summary>Where a blob is.</summary>
    public static string BlobPath(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";

    /// <summary>The digest that a path promises; null for a path of another form.</summary>
    public static Digest? DigestOf(string path) =>
        path.Split('/') is ["blobs", var algorithm, var hex] && Digest.TryParse($"{algorithm}:{hex}", out var digest) ? digest : null;

    /// <summary>A path without empty parts, <c>.</c> and <c>..</c>; false when it leads above the root.</summary>
    public static bool TryClean(string path, out string clean)
    {
        var parts = new List<string>();
        clean = "";
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part != "..")
            {
                parts.Add(part);
                continue;
            }

            if (parts.Count == 0)
            {
                return false;
            }

            parts.RemoveAt(parts.Count - 1);
        }

        clean = string.Join('/', parts);
        return true;
    }

    /// <summary>What an archive that is not one is told to be.</summary>
    public static ImageException Invalid(string message, Exception? inner = null) => new(ImageErrorCodes.InvalidArchive, message, inner);

    /// <summary>Text of bytes that may be no UTF-8.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
