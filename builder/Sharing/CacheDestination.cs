using SharpBuild.Builder.Exporting;
using SharpBuild.Cache;
using SharpBuild.Cache.Sharing;
using SharpBuild.Image;
using SharpBuild.Image.Layouts;

namespace SharpBuild.Builder.Sharing;

/// <summary>One <c>--cache-to</c>.</summary>
internal sealed class CacheDestination
{
    /// <summary>The tag in an OCI layout when none is given.</summary>
    public const string DefaultTag = "latest";

    private readonly BuilderServices services;
    private readonly LayerCompression compression;
    private readonly ImageReference? reference;
    private readonly string? directory;
    private readonly string tag;
    private readonly string[] mounts;
    private readonly bool removesOthers;

    /// <summary>Checks what was asked for, before anything is built.</summary>
    /// <exception cref="BuildException">It makes no sense.</exception>
    public CacheDestination(CacheOptions option, BuilderServices services)
    {
        this.services = services;
        var attributes = OutputAttributes.OfCache("cache destination", option.Type, option.Attributes);
        IsInline = option.Type == "inline";
        IsComplete = ReadMode(attributes, IsInline);
        compression = attributes.Compression();
        IgnoresErrors = attributes.Flag("ignore-error");
        tag = attributes.Given("tag") ?? DefaultTag;
        mounts = (attributes.Text("mounts") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        switch (option.Type)
        {
            case "inline":
                RefuseOtherFormats(attributes);
                break;
            case "registry":
                reference = ReadReference(attributes);
                RefuseOtherFormats(attributes);
                break;
            case "local":
                removesOthers = attributes.Flag("reset");
                directory = Path.GetFullPath(attributes.Given("dest") ?? throw Missing("dest", "type=local,dest=DIR"));
                RefuseOtherFormats(attributes);
                break;
            default:
                throw NoSuchType(option.Type, "registry, local and inline");
        }

        attributes.RefuseUnknown();
    }

    /// <summary>Whether the records travel in the image's own config.</summary>
    public bool IsInline { get; }

    /// <summary>Whether all steps are exported (<c>mode=max</c>), not just those whose layers are in the result.</summary>
    public bool IsComplete { get; }

    /// <summary>Whether a failure is only a warning.</summary>
    public bool IgnoresErrors { get; }

    /// <summary>Where it goes, in words.</summary>
    public string Name => reference?.FamiliarName ?? directory ?? "inline";

    /// <summary>Writes the records.</summary>
    public async Task ExportAsync(IReadOnlyCollection<BuildRecord> records, CancellationToken cancellationToken)
    {
        var prepared = await new CacheExporter(services.Store).PrepareAsync(records, compression, WantsMount, cancellationToken);
        if (reference is not null)
        {
            await new ImagePublisher(services.Store).PushAsync(prepared, reference, services.Registry, cancellationToken);
        }
        else
        {
            await OciLayoutWriter.WriteDirectoryAsync([new LayoutImage(prepared.Descriptor, [CacheImporter.NameOf(tag)])], services.Store.Blobs, directory!, removesOthers, cancellationToken);
        }
    }

    /// <summary>The name in <c>ref</c>.</summary>
    public static ImageReference ReadReference(OutputAttributes attributes)
    {
        var text = attributes.Given("ref") ?? throw Missing("ref", "type=registry,ref=REGISTRY/NAME:TAG");
        return ImageReference.TryParse(text, out var reference)
            ? reference
            : throw new BuildException("SB0106", $"'{text}' is not an image name") { Hint = "write [registry/]repository[:tag] in lower case" };
    }

    /// <summary>Says that an attribute is missing.</summary>
    public static BuildException Missing(string key, string good) => new("SB0121", $"the cache needs {key}=") { Hint = $"write {good}" };

    /// <summary>Says that there is no such type.</summary>
    public static BuildException NoSuchType(string type, string good) =>
        type is "gha" or "s3" or "azblob"
            ? new("SB0122", $"caches of type={type} are not supported") { Hint = $"use {good}; the same service usually has a registry too" }
            : new("SB0122", $"'{type}' is not a type of cache") { Hint = $"there are {good}" };

    private bool WantsMount(CacheMountInfo mount) => mounts is ["all"] || mounts.Contains(mount.ShownId, StringComparer.Ordinal);

    private static bool ReadMode(OutputAttributes attributes, bool isInline) => attributes.Text("mode") switch
    {
        null or "min" => false,
        "max" when !isInline => true,
        "max" => throw new BuildException("SB0122", "an inline cache holds the layers of the image alone: there is no mode=max") { Hint = "use type=registry,mode=max" },
        var other => throw new BuildException("SB0122", $"'mode={other}' is neither min nor max") { Hint = "write mode=min or mode=max" },
    };

    // An artifact manifest is an image manifest with OCI's media types; BuildKit's older index form is not written.
    private static void RefuseOtherFormats(OutputAttributes attributes)
    {
        foreach (var key in (ReadOnlySpan<string>)["image-manifest", "oci-mediatypes"])
        {
            if (!attributes.Flag(key, fallback: true))
            {
                throw new BuildException("SB0122", $"'{key}=false' is not supported: caches are always OCI image manifests") { Hint = $"leave {key} out" };
            }
        }
    }
}
