using System.Collections.Immutable;
using System.Text.Json;

namespace SharpBuild.Image.Json;

/// <summary>Manifests, indexes and descriptors as JSON, members in the order of the OCI specification's Go types.</summary>
internal static class ManifestJson
{
    public static void Write(Utf8JsonWriter writer, Manifest manifest)
    {
        writer.WriteStartObject();
        writer.WriteNumber("schemaVersion", manifest.SchemaVersion);
        writer.WriteUnlessEmpty("mediaType", manifest.MediaType);
        writer.WriteUnlessEmpty("artifactType", manifest.ArtifactType);
        writer.WritePropertyName("config");
        Write(writer, manifest.Config);
        WriteArray(writer, "layers", manifest.Layers);
        WriteEnd(writer, manifest.Subject, manifest.Annotations, manifest.Unknown);
    }

    public static void Write(Utf8JsonWriter writer, ImageIndex index)
    {
        writer.WriteStartObject();
        writer.WriteNumber("schemaVersion", index.SchemaVersion);
        writer.WriteUnlessEmpty("mediaType", index.MediaType);
        writer.WriteUnlessEmpty("artifactType", index.ArtifactType);
        WriteArray(writer, "manifests", index.Manifests);
        WriteEnd(writer, index.Subject, index.Annotations, index.Unknown);
    }

    public static void Write(Utf8JsonWriter writer, Descriptor descriptor)
    {
        writer.WriteStartObject();
        writer.WriteString("mediaType", descriptor.MediaType);
        writer.WriteString("digest", descriptor.Digest.ToString());
        writer.WriteNumber("size", descriptor.Size);
        writer.WriteUnlessEmpty("urls", descriptor.Urls);
        writer.WriteUnlessEmpty("annotations", descriptor.Annotations);
        if (descriptor.Platform is { } platform)
        {
            writer.WriteStartObject("platform");
            writer.WriteString("architecture", platform.Architecture);
            writer.WriteString("os", platform.Os);
            writer.WriteUnlessEmpty("os.version", platform.OsVersion);
            writer.WriteUnlessEmpty("variant", platform.Variant);
            writer.WriteEndObject();
        }

        writer.WriteUnlessEmpty("artifactType", descriptor.ArtifactType);
        writer.WriteUnknown(descriptor.Unknown);
        writer.WriteEndObject();
    }

    public static Manifest ReadManifest(JsonMembers members)
    {
        var mediaType = CheckKind(members, MediaTypes.IsManifest);
        return new()
        {
            SchemaVersion = ReadVersion(members),
            MediaType = mediaType,
            ArtifactType = members.String("artifactType"),
            Config = ReadDescriptor(members.Get("config") ?? throw JsonMembers.Invalid($"the {members.What} has no 'config'"), "manifest's config"),
            Layers = members.Array("layers", ReadDescriptor),
            Subject = ReadSubject(members),
            Annotations = members.Pairs("annotations"),
            Unknown = members.Unknown(static name => name is "schemaVersion" or "mediaType" or "artifactType" or "config" or "layers" or "subject" or "annotations"),
        };
    }

    public static ImageIndex ReadIndex(JsonMembers members)
    {
        var mediaType = CheckKind(members, MediaTypes.IsIndex);
        return new()
        {
            SchemaVersion = ReadVersion(members),
            MediaType = mediaType,
            ArtifactType = members.String("artifactType"),
            Manifests = members.Array("manifests", ReadDescriptor),
            Subject = ReadSubject(members),
            Annotations = members.Pairs("annotations"),
            Unknown = members.Unknown(static name => name is "schemaVersion" or "mediaType" or "artifactType" or "manifests" or "subject" or "annotations"),
        };
    }

    public static Descriptor ReadDescriptor(JsonElement element, string what)
    {
        var members = JsonMembers.Of(element, what);
        var size = members.Int64("size");
        return new()
        {
            MediaType = members.RequiredString("mediaType"),
            Digest = members.Digest("digest"),
            Size = size is >= 0 ? size.Value : throw JsonMembers.Invalid($"the {what} has no size"),
            Urls = members.Strings("urls"),
            Annotations = members.Pairs("annotations"),
            Platform = members.Object("platform") is { } platform ? ReadPlatform(platform) : null,
            ArtifactType = members.String("artifactType"),
            Unknown = members.Unknown(static name => name is "mediaType" or "digest" or "size" or "urls" or "annotations" or "platform" or "artifactType"),
        };
    }

    public static string? DetectMediaType(JsonElement root) =>
        root.TryGetProperty("mediaType", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString()
        : root.TryGetProperty("manifests", out _) ? MediaTypes.OciIndex
        : root.TryGetProperty("config", out _) && root.TryGetProperty("layers", out _) ? MediaTypes.OciManifest
        : null;

    private static string CheckKind(JsonMembers members, Func<string?, bool> isKind)
    {
        // A document that is a manifest by one member and an index by another could mean one image to us and
        // another to the next reader (GHSA-mc8v-mgrf-8f4m): refused, as the specification now asks.
        var (config, manifests) = (members.Get("config") ?? members.Get("layers"), members.Get("manifests"));
        var mediaType = DetectMediaType(members.Element);
        if ((config is not null && manifests is not null) || !isKind(mediaType))
        {
            throw JsonMembers.Invalid(members.Int64("schemaVersion") == 1
                ? "the manifest is of Docker's schema 1, which registries stopped serving and nobody verifies"
                : $"the {members.What} is something else: {mediaType ?? "no known media type"}");
        }

        return mediaType!;
    }

    private static int ReadVersion(JsonMembers members) => members.Int32("schemaVersion") switch
    {
        2 => 2,
        null => throw JsonMembers.Invalid($"the {members.What} has no 'schemaVersion'"),
        var other => throw JsonMembers.Invalid($"the {members.What} is of schema version {other}, only 2 is known"),
    };

    private static Descriptor? ReadSubject(JsonMembers members) =>
        members.Get("subject") is { } subject ? ReadDescriptor(subject, members.What + "'s subject") : null;

    private static Platform ReadPlatform(JsonMembers members) =>
        Platform.Normalize(members.String("os") ?? "", members.String("architecture") ?? "", members.String("variant")) with { OsVersion = members.String("os.version") };

    private static void WriteArray(Utf8JsonWriter writer, string name, ImmutableArray<Descriptor> descriptors)
    {
        writer.WriteStartArray(name);
        foreach (var descriptor in descriptors)
        {
            Write(writer, descriptor);
        }

        writer.WriteEndArray();
    }

    private static void WriteEnd(Utf8JsonWriter writer, Descriptor? subject, ImmutableSortedDictionary<string, string>? annotations, UnknownMembers unknown)
    {
        if (subject is not null)
        {
            writer.WritePropertyName("subject");
            Write(writer, subject);
        }

        writer.WriteUnlessEmpty("annotations", annotations);
        writer.WriteUnknown(unknown);
        writer.WriteEndObject();
    }
}
