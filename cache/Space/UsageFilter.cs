using System.Text.RegularExpressions;

namespace SharpBuild.Cache.Space;

/// <summary>One <c>--filter</c> of <c>du</c> and <c>prune</c>: a field, how to compare, and a value.</summary>
public sealed class UsageFilter
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);
    private readonly Func<UsageItem, bool> fits;

    private UsageFilter(string text, Func<UsageItem, bool> fits) => (Text, this.fits) = (text, fits);

    /// <summary>The fields that there are.</summary>
    public const string Fields = "id, type, description, parents, inuse, shared, private, mutable, immutable, until, unused-for";

    /// <summary>The filter as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether an item fits.</summary>
    public bool Fits(UsageItem item) => fits(item);

    /// <summary>Reads <c>field</c>, <c>field=value</c>, <c>field==value</c>, <c>field!=value</c> or <c>field~=pattern</c>.</summary>
    /// <param name="text">The filter.</param>
    /// <param name="now">What <c>until</c> counts from.</param>
    /// <exception cref="FormatException">There is no such field, or the value makes no sense.</exception>
    public static UsageFilter Parse(string text, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.IndexOf('=');
        var (field, sign, value) = at < 0 ? (text, "=", "true")
            : at > 0 && text[at - 1] is '!' or '~' ? (text[..(at - 1)], text[(at - 1)..(at + 1)], text[(at + 1)..])
            : (text[..at], "=", text[(at + 1)..].TrimStart('='));
        return new(text, field switch
        {
            "id" => Compare(item => item.Id, sign, value),
            "type" => Compare(item => item.Kind.Name(), sign, value),
            "description" => Compare(item => item.Description, sign, value),
            "parents" => CompareAny(item => item.Parents, sign, value),
            "inuse" => Is(item => item.IsInUse, sign, value),
            "shared" => Is(item => item.IsShared, sign, value),
            "private" => Is(item => !item.IsShared, sign, value),
            "mutable" => Is(item => item.IsMutable, sign, value),
            "immutable" => Is(item => !item.IsMutable, sign, value),
            "until" or "unused-for" => Before(now, value),
            _ => throw new FormatException($"unknown field '{field}'; use one of {Fields}"),
        });
    }

    /// <summary>A filter for one kind.</summary>
    public static UsageFilter OfKind(params UsageKind[] kinds) =>
        new("type=" + string.Join(',', kinds.Select(kind => kind.Name())), item => Array.IndexOf(kinds, item.Kind) >= 0);

    private static Func<UsageItem, bool> Is(Func<UsageItem, bool> read, string sign, string value)
    {
        var wanted = (sign, value) switch
        {
            ("=", "true" or "1" or "") or ("!=", "false" or "0") => true,
            ("=", "false" or "0") or ("!=", "true" or "1" or "") => false,
            _ => throw new FormatException($"'{sign}{value}' is neither true nor false"),
        };
        return item => read(item) == wanted;
    }

    private static Func<UsageItem, bool> Before(DateTimeOffset now, string value)
    {
        var limit = now - Durations.Parse(value);
        return item => item.LastUsed < limit;
    }

    private static Func<UsageItem, bool> CompareAny(Func<UsageItem, IEnumerable<string>> read, string sign, string value)
    {
        var compare = Comparison(sign == "!=" ? "=" : sign, value);
        return sign == "!=" ? item => !read(item).Any(compare) : item => read(item).Any(compare);
    }

    private static Func<UsageItem, bool> Compare(Func<UsageItem, string> read, string sign, string value)
    {
        var compare = Comparison(sign, value);
        return item => compare(read(item));
    }

    private static Func<string, bool> Comparison(string sign, string value)
    {
        switch (sign)
        {
            case "~=":
                try
                {
                    // Interpreted: a pattern that is used once is not worth compiling.
                    var pattern = new Regex(value, RegexOptions.CultureInvariant, LongestMatch);
                    return pattern.IsMatch;
                }
                catch (ArgumentException wrong)
                {
                    throw new FormatException($"'{value}' is not a regular expression: {wrong.Message}", wrong);
                }

            case "!=":
                return text => text != value;
            default:
                return text => text == value;
        }
    }
}
