using System.Collections.Immutable;
using System.Text.Json;

namespace SharpBuild.Image.Json;

/// <summary>The members of a JSON object, read with checks of their kinds; <c>null</c> counts as absent, as in Go.</summary>
/// <param name="Element">The object.</param>
/// <param name="What">What the object is, for messages.</param>
internal readonly record struct JsonMembers(JsonElement Element, string What)
{
    public static JsonMembers Of(JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.Object ? new(element, what) : throw Invalid($"the {what} is not a JSON object");

    public JsonElement? Get(string name) =>
        Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? String(string name) => Get(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw Wrong(name, "a string"),
    };

    public string RequiredString(string name) => String(name) ?? throw Invalid($"the {What} has no '{name}'");

    public long? Int64(string name) => Get(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var number) => number,
        _ => throw Wrong(name, "a whole number"),
    };

    public int? Int32(string name) => Int64(name) switch
    {
        null => null,
        >= int.MinValue and <= int.MaxValue and var number => (int)number,
        _ => throw Wrong(name, "a small whole number"),
    };

    public bool Boolean(string name) => Get(name) switch
    {
        null => false,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Wrong(name, "true or false"),
    };

    public Digest Digest(string name)
    {
        var text = RequiredString(name);
        return Image.Digest.TryParse(text, out var digest) ? digest : throw Invalid($"'{text}' as '{name}' of the {What} is not a digest");
    }

    public JsonMembers? Object(string name)
    {
        var what = $"{What}'s {name}";
        return Get(name) is { } value ? Of(value, what) : null;
    }

    public ImmutableArray<T> Array<T>(string name, Func<JsonElement, string, T> read)
    {
        if (Get(name) is not { } array)
        {
            return [];
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(name, "a list");
        }

        var items = ImmutableArray.CreateBuilder<T>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray())
        {
            items.Add(read(item, $"{What}'s {name}"));
        }

        return items.MoveToImmutable();
    }

    public ImmutableArray<string> Strings(string name) => Array(name, static (item, what) =>
        item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Invalid($"the {what} holds something else than strings"));

    public ImmutableArray<string>? OptionalStrings(string name) => Get(name) is null ? null : Strings(name);

    public ImmutableSortedDictionary<string, string>? Pairs(string name)
    {
        if (Object(name) is not { } pairs)
        {
            return null;
        }

        var builder = Sorted.NoPairs.ToBuilder();
        foreach (var pair in pairs.Element.EnumerateObject())
        {
            builder[pair.Name] = pairs.String(pair.Name) ?? "";
        }

        return builder.ToImmutable();
    }

    // Go has no sets: Docker writes {"80/tcp":{}}.
    public ImmutableSortedSet<string> Set(string name)
    {
        if (Object(name) is not { } members)
        {
            return Sorted.NoStrings;
        }

        var builder = Sorted.NoStrings.ToBuilder();
        foreach (var member in members.Element.EnumerateObject())
        {
            builder.Add(member.Name);
        }

        return builder.ToImmutable();
    }

    /// <summary>The members that are neither known nor empty; an empty value tells what its absence tells.</summary>
    public UnknownMembers Unknown(Func<string, bool> isKnown)
    {
        ImmutableArray<KeyValuePair<string, JsonElement>>.Builder? kept = null;
        foreach (var member in Element.EnumerateObject())
        {
            if (!isKnown(member.Name) && !IsEmpty(member.Value))
            {
                (kept ??= ImmutableArray.CreateBuilder<KeyValuePair<string, JsonElement>>()).Add(new(member.Name, member.Value.Clone()));
            }
        }

        return kept is null ? UnknownMembers.None : UnknownMembers.Of(kept.ToImmutable());
    }

    public ImageException Wrong(string name, string kind) => Invalid($"'{name}' of the {What} is not {kind}");

    internal static ImageException Invalid(string message) => new(ImageErrorCodes.InvalidManifest, message);

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.ValueEquals(""),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => value.GetPropertyCount() == 0,
        JsonValueKind.Number => value.TryGetInt64(out var number) && number == 0,
        _ => false,
    };
}
