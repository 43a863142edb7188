using SharpBuild.Parser.Grammars;

namespace SharpBuild.Parser.Syntax;

/// <summary>A value of <c>RUN --device</c>: a device of the Container Device Interface.</summary>
/// <param name="Name"><c>vendor/class=name</c>, <c>vendor/class</c> for the first of a kind, <c>vendor/class=*</c> for all, or the name of a class of devices.</param>
/// <param name="IsRequired">Whether the step fails without it.</param>
public sealed record DeviceOption(string Name, bool IsRequired)
{
    private static readonly string[] Keys = ["name", "required"];

    /// <summary>Reads <c>NAME[,required[=BOOL]]</c>; the name may also be written <c>name=NAME</c>.</summary>
    /// <exception cref="MountSyntaxException">It makes no sense.</exception>
    public static DeviceOption Parse(string text)
    {
        var fields = CsvGrammar.Fields.Parse(text);
        if (!fields.Success)
        {
            throw new MountSyntaxException($"'{text}' is not a list with commas: a quote is not closed", "close it");
        }

        var option = new DeviceOption("", false);
        foreach (var field in fields.Value)
        {
            option = option.With(field);
        }

        return option.Name.Length > 0 ? option : throw new MountSyntaxException($"'{text}' names no device", "write vendor/class=name");
    }

    // The name may hold a '=' itself: what is no key is the name, as long as there is none.
    private DeviceOption With(string field)
    {
        var parts = field.Split('=', 2);
        return (parts[0].ToLowerInvariant(), parts) switch
        {
            ("required", [_]) => this with { IsRequired = true },
            ("required", [_, "1" or "t" or "T" or "true" or "TRUE" or "True"]) => this with { IsRequired = true },
            ("required", [_, "0" or "f" or "F" or "false" or "FALSE" or "False"]) => this with { IsRequired = false },
            ("required", [_, var value]) => throw new MountSyntaxException($"'{value}' is neither true nor false", "write required, or leave it out"),
            ("name", [_, var name]) when Name.Length == 0 => this with { Name = name },
            ("name", [_, _]) => throw new MountSyntaxException($"the device has a name already, '{Name}'", "repeat --device for another one"),
            _ when Name.Length == 0 => this with { Name = field },
            (var key, _) => throw new MountSyntaxException($"'{field}' is not understood", Suggestion.Find(key, Keys) is { } near ? $"did you mean {near}?" : "there are name=… and required"),
        };
    }
}
