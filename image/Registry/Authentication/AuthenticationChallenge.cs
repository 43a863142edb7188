using System.Collections.Immutable;
using System.Text;

namespace SharpBuild.Image.Registry.Authentication;

/// <summary>One challenge of a <c>WWW-Authenticate</c> header (RFC 9110, 11.6.1): a scheme and its parameters.</summary>
/// <param name="Scheme">The scheme in lower case.</param>
/// <param name="Parameters">Its parameters by their names in lower case.</param>
internal sealed record AuthenticationChallenge(string Scheme, ImmutableDictionary<string, string> Parameters)
{
    /// <summary>A parameter's value, null when it is missing.</summary>
    public string? this[string name] => Parameters.GetValueOrDefault(name);

    /// <summary>All challenges of all the header's lines; what is malformed ends its line.</summary>
    public static ImmutableArray<AuthenticationChallenge> Parse(IEnumerable<string> lines)
    {
        var challenges = ImmutableArray.CreateBuilder<AuthenticationChallenge>();
        foreach (var line in lines)
        {
            ParseLine(line, challenges);
        }

        return challenges.ToImmutable();
    }

    // Challenges and their parameters are both separated by commas: a word that '=' follows is a parameter, any other one a scheme.
    private static void ParseLine(string line, ImmutableArray<AuthenticationChallenge>.Builder challenges)
    {
        var position = 0;
        while (true)
        {
            Skip(line, ref position, " \t,");
            var word = ReadToken(line, ref position);
            if (word.Length == 0)
            {
                return;
            }

            var end = position;
            Skip(line, ref position, " \t");
            if (position >= line.Length || line[position] != '=')
            {
                position = end;
                challenges.Add(new AuthenticationChallenge(word.ToLowerInvariant(), ImmutableDictionary<string, string>.Empty));
                continue;
            }

            position++;
            Skip(line, ref position, " \t");
            var value = position < line.Length && line[position] == '"' ? ReadQuoted(line, ref position) : ReadToken(line, ref position);
            if (challenges.Count == 0)
            {
                return;
            }

            challenges[^1] = challenges[^1] with { Parameters = challenges[^1].Parameters.SetItem(word.ToLowerInvariant(), value) };
        }
    }

    private static void Skip(string line, ref int position, string characters)
    {
        while (position < line.Length && characters.Contains(line[position]))
        {
            position++;
        }
    }

    private static string ReadToken(string line, ref int position)
    {
        var start = position;
        while (position < line.Length && line[position] is not (' ' or '\t' or ',' or '=' or '"'))
        {
            position++;
        }

        return line[start..position];
    }

    private static string ReadQuoted(string line, ref int position)
    {
        var value = new StringBuilder();
        for (position++; position < line.Length && line[position] != '"'; position++)
        {
            if (line[position] == '\\' && position + 1 < line.Length)
            {
                position++;
            }

            value.Append(line[position]);
        }

        position++;
        return value.ToString();
    }
}
