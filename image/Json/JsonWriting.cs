using System.Collections.Immutable;
using System.Text.Json;

namespace SharpBuild.Image.Json;

/// <summary>Writing members as Go does with <c>omitempty</c>: nothing is written for an empty value.</summary>
internal static class JsonWriting
{
    public static void WriteUnlessEmpty(this Utf8JsonWriter writer, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            writer.WriteString(name, value);
        }
    }

    public static void WriteUnlessEmpty(this Utf8JsonWriter writer, string name, bool value)
    {
        if (value)
        {
            writer.WriteBoolean(name, value);
        }
    }

    public static void WriteUnlessEmpty(this Utf8JsonWriter writer, string name, long value)
    {
        if (value != 0)
        {
            writer.WriteNumber(name, value);
        }
    }

    public static void WriteUnlessEmpty(this Utf8JsonWriter writer, string name, ImmutableArray<string> values)
    {
        if (!values.IsDefaultOrEmpty)
        {
            writer.WriteStrings(name, values);
        }
    }

    public static void WriteStrings(this Utf8JsonWriter writer, string name, ImmutableArray<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    public static void WriteUnlessEmpty(this Utf8JsonWriter writer, string name, ImmutableSortedSet<string> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        writer.WriteStartObject(name);
        foreach (var value in values)
        {
            writer.WriteStartObject(value);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    public static void WriteUnlessEmpty(this Utf8JsonWriter writer, string name, ImmutableSortedDictionary<string, string>? pairs)
    {
        if (pairs is null || pairs.IsEmpty)
        {
            return;
        }

        writer.WriteStartObject(name);
        foreach (var (key, value) in pairs)
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }

    public static void WriteUnknown(this Utf8JsonWriter writer, UnknownMembers unknown)
    {
        foreach (var (name, value) in unknown.Members)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }
    }
}
