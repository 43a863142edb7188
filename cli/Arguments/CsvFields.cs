using System.Text;

namespace SharpBuild.Cli.Arguments;

/// <summary>One line of comma-separated fields, as <c>--output</c>, <c>--secret</c> and <c>--mount</c> are written (RFC 4180 quoting).</summary>
internal static class CsvFields
{
    /// <summary>The fields of <paramref name="text"/>, unquoted.</summary>
    /// <exception cref="UsageException">A quote is not closed.</exception>
    public static List<string> Split(string text)
    {
        var fields = new List<string>();
        if (!text.Contains('"'))
        {
            fields.AddRange(text.Split(','));
            return fields;
        }

        var field = new StringBuilder();
        var quoted = false;
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            if (character == '"' && quoted && index + 1 < text.Length && text[index + 1] == '"')
            {
                field.Append('"');
                index++;
            }
            else if (character == '"')
            {
                quoted = !quoted;
            }
            else if (character == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(character);
            }
        }

        fields.Add(quoted ? throw new UsageException($"a quote in '{text}' is not closed") : field.ToString());
        return fields;
    }

    /// <summary>Cuts <c>key=value</c>; the value is null when there is no equals sign.</summary>
    public static (string Key, string? Value) Pair(string field)
    {
        var equals = field.IndexOf('=');
        return equals < 0 ? (field, null) : (field[..equals], field[(equals + 1)..]);
    }
}
