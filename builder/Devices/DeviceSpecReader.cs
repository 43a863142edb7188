using System.Globalization;
using System.Text.Json;
using SharpBuild.Runtime;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SharpBuild.Builder.Devices;

/// <summary>Reads specification files, YAML or JSON, which is YAML too. Unknown members are refused, as the interface's own library does.</summary>
internal static class DeviceSpecReader
{
    private const int MostBytes = 4 << 20;
    private const int MostDepth = 32;
    private const string ModeKey = "fileMode";

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It makes no sense; the message says why.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static DeviceSpec Read(string path)
    {
        try
        {
            var spec = JsonSerializer.Deserialize(ToJson(HostFile.ReadText(path, MostBytes)), DeviceSpecJson.Default.DeviceSpec) ?? throw new FormatException("it is empty");
            return Check(spec);
        }
        catch (YamlException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
        catch (JsonException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    private static DeviceSpec Check(DeviceSpec spec) => spec switch
    {
        { Devices: [] } => throw new FormatException("it has no devices"),
        { Kind: var kind } when kind.Split('/', 2) is not [{ Length: > 0 }, { Length: > 0 }] => throw new FormatException($"its kind '{kind}' is not vendor/class"),
        _ when EditsOf(spec).SelectMany(static edits => edits.Env).FirstOrDefault(static variable => variable.IndexOf('=', StringComparison.Ordinal) <= 0) is { } wrong
            => throw new FormatException($"'{wrong}' is not NAME=VALUE"),
        _ => spec,
    };

    private static IEnumerable<DeviceEdits> EditsOf(DeviceSpec spec) => spec.Devices.Select(static device => device.ContainerEdits).Prepend(spec.ContainerEdits);

    // The parser's events alone: its mapping to objects works by reflection.
    private static ReadOnlySpan<byte> ToJson(string text)
    {
        using var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content))
        {
            var events = (IParser)new YamlDotNet.Core.Parser(new StringReader(text));
            events.Consume<StreamStart>();
            events.Consume<DocumentStart>();
            Write(events, json, key: "");
        }

        return content.GetBuffer().AsSpan(0, (int)content.Length);
    }

    private static void Write(IParser events, Utf8JsonWriter json, string key)
    {
        if (json.CurrentDepth > MostDepth)
        {
            throw new FormatException("it is nested too deeply");
        }

        if (events.TryConsume<MappingStart>(out _))
        {
            WriteMapping(events, json);
        }
        else if (events.TryConsume<SequenceStart>(out _))
        {
            json.WriteStartArray();
            while (!events.TryConsume<SequenceEnd>(out _))
            {
                Write(events, json, key: "");
            }

            json.WriteEndArray();
        }
        else if (events.TryConsume<Scalar>(out var scalar))
        {
            WriteScalar(scalar, json, key);
        }
        else
        {
            throw new FormatException("it uses an alias, which no specification needs");
        }
    }

    private static void WriteMapping(IParser events, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        while (!events.TryConsume<MappingEnd>(out _))
        {
            var key = events.Consume<Scalar>().Value;
            if (events.Accept<Scalar>(out var value) && IsNull(value))
            {
                events.MoveNext(); // as if it were not there
                continue;
            }

            json.WritePropertyName(key);
            Write(events, json, key);
        }

        json.WriteEndObject();
    }

    private static void WriteScalar(Scalar scalar, Utf8JsonWriter json, string key)
    {
        if (scalar.Style == ScalarStyle.Plain && key == ModeKey && scalar.Value.StartsWith('0'))
        {
            json.WriteNumberValue(ReadOctal(scalar.Value));
        }
        else
        {
            json.WriteStringValue(scalar.Value);
        }
    }

    private static bool IsNull(Scalar scalar) => scalar is { Style: ScalarStyle.Plain, Value: "" or "~" or "null" };

    // 0660 of YAML 1.1, 0o660 of YAML 1.2; JSON has decimal numbers alone.
    private static int ReadOctal(string text)
    {
        var digits = text.StartsWith("0o", StringComparison.Ordinal) ? text[2..] : text;
        return digits.Length is > 0 and < 8 && digits.All(static digit => digit is >= '0' and <= '7')
            ? Convert.ToInt32(digits, 8)
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a file mode"));
    }
}
