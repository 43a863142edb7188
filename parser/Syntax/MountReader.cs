using System.Globalization;
using SharpBuild.Parser.Grammars;

namespace SharpBuild.Parser.Syntax;

/// <summary>Reads and checks the options of one mount.</summary>
internal sealed partial class MountReader(Func<string, string>? expand)
{
    private static readonly string[] Keys =
    [
        "type", "from", "source", "target", "readonly", "id", "sharing", "required", "size", "mode", "uid", "gid",
        "src", "dst", "destination", "ro", "rw", "readwrite", "env",
    ];

    private static readonly string[] Kinds = ["bind", "cache", "tmpfs", "secret", "ssh"];
    private static readonly string[] Sharings = ["shared", "private", "locked"];

    private MountOptions options = new();
    private bool? isReadOnly;
    private string source = "";
    private CacheSharing? sharing;

    /// <summary>Reads a value.</summary>
    public MountOptions Read(string csv)
    {
        var fields = CsvGrammar.Fields.Parse(csv);
        if (!fields.Success || csv.Length == 0)
        {
            throw new MountSyntaxException(
                csv.Length == 0 ? "The mount has no options." : $"The mount '{csv}' is not a list of comma separated options.",
                "Write it as --mount=type=cache,target=/path; quote a whole option that holds a comma: \"source=a,b\".");
        }

        foreach (var field in fields.Value)
        {
            ReadField(field);
        }

        return Complete();
    }

    private void ReadField(string field)
    {
        var equals = field.IndexOf('=', StringComparison.Ordinal);
        var key = (equals < 0 ? field : field[..equals]).ToLowerInvariant();
        if (equals < 0)
        {
            ReadSwitch(key, field);
            return;
        }

        var value = field[(equals + 1)..];
        ReadOption(key, expand is null ? value : expand(value), field);
    }

    private void ReadSwitch(string key, string field)
    {
        switch (key)
        {
            case "readonly" or "ro":
                isReadOnly = true;
                break;
            case "readwrite" or "rw":
                isReadOnly = false;
                break;
            case "required":
                SetRequired(true);
                break;
            default:
                throw new MountSyntaxException(
                    $"The mount option '{field}' has no value.",
                    Suggestion.Hint(key, Keys) ?? $"Write {key}=…");
        }
    }

    private void ReadOption(string key, string value, string field)
    {
        switch (key)
        {
            case "type":
                options = options with { Kind = (MountKind)IndexOf(Kinds, value, "mount type") };
                break;
            case "from":
                options = options with { From = value };
                break;
            case "source" or "src":
                source = value;
                break;
            case "target" or "dst" or "destination":
                options = options with { Target = value };
                break;
            case "readonly" or "ro":
                isReadOnly = ParseBool(key, value);
                break;
            case "readwrite" or "rw":
                isReadOnly = !ParseBool(key, value);
                break;
            case "required":
                SetRequired(ParseBool(key, value));
                break;
            case "size":
                SetSize(value);
                break;
            case "id":
                options = options with { Id = value };
                break;
            case "sharing":
                sharing = (CacheSharing)IndexOf(Sharings, value, "sharing mode");
                break;
            case "mode":
                options = options with { Mode = (int)ParseNumber(key, value, 8, int.MaxValue) };
                break;
            case "uid":
                options = options with { Uid = ParseNumber(key, value, 10, uint.MaxValue) };
                break;
            case "gid":
                options = options with { Gid = ParseNumber(key, value, 10, uint.MaxValue) };
                break;
            case "env":
                options = options with { EnvironmentVariable = value };
                break;
            default:
                throw new MountSyntaxException(
                    $"'{key}' in '{field}' is not a mount option.",
                    Suggestion.Hint(key, Keys) ?? "The options are type, from, source, target, readonly, id, sharing, required, size, mode, uid, gid and env.");
        }
    }

    private void SetRequired(bool value)
    {
        Demand(options.Kind is MountKind.Secret or MountKind.Ssh, "required", "secret and ssh mounts");
        options = options with { IsRequired = value };
    }

    private void SetSize(string value)
    {
        Demand(options.Kind == MountKind.Tmpfs, "size", "tmpfs mounts");
        options = options with
        {
            Size = ByteSize.TryParse(value, out var size) ? size : throw new MountSyntaxException($"'{value}' is not a size.", "Write a number with an optional unit, such as 64m or 1g."),
        };
    }

    // The type must come before the options that depend on it, as in BuildKit.
    private void Demand(bool isAllowed, string key, string where)
    {
        if (!isAllowed)
        {
            throw new MountSyntaxException(
                $"'{key}' is not an option of {Article(options.Kind)} mount.",
                $"It belongs to {where}; type=… must come before it.");
        }
    }

    private static int IndexOf(string[] names, string value, string what)
    {
        var index = Array.IndexOf(names, value.ToLowerInvariant());
        return index >= 0
            ? index
            : throw new MountSyntaxException(
                $"'{value}' is not a {what}.",
                Suggestion.Hint(value, names) ?? $"Use one of {string.Join(", ", names)}.");
    }

    private static bool ParseBool(string key, string value) => value switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new MountSyntaxException($"'{value}' is not a value for the mount option '{key}'.", "Use true or false."),
    };

    private static uint ParseNumber(string key, string value, int radix, uint largest)
    {
        var digits = radix == 8 ? "01234567" : "0123456789";
        var number = 0L;
        foreach (var character in value)
        {
            var digit = digits.IndexOf(character, StringComparison.Ordinal);
            number = digit < 0 || number > largest ? long.MaxValue / 16 : (number * radix) + digit;
        }

        return value.Length > 0 && number <= largest
            ? (uint)number
            : throw new MountSyntaxException(
                $"'{value}' is not a value for the mount option '{key}'.", radix == 8 ? "Use an octal mode such as 0600." : "Use a number such as 1000.");
    }

    private static string Article(MountKind kind)
    {
        var name = Kinds[(int)kind];
        return string.Create(CultureInfo.InvariantCulture, $"a {name}").Replace("a ssh", "an ssh", StringComparison.Ordinal);
    }
}
