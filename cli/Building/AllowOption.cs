using SharpBuild.Builder;
using SharpBuild.Cli.Arguments;
using SharpBuild.Parser;

namespace SharpBuild.Cli.Building;

/// <summary><c>--allow</c>.</summary>
internal static class AllowOption
{
    private static readonly string[] Names = ["network.host", "security.insecure", "device"];

    /// <summary>Reads all of them.</summary>
    public static Entitlements ReadAll(IReadOnlyList<string> words)
    {
        var allowed = new Entitlements();
        foreach (var word in words)
        {
            var (name, value) = CsvFields.Pair(word);
            allowed = (name, value) switch
            {
                ("network.host", null) => allowed with { HostNetwork = true },
                ("security.insecure", null) => allowed with { InsecureSecurity = true },
                ("device", null) => allowed with { AllDevices = true },
                ("device", _) => WithDevice(allowed, value),
                _ => throw new UsageException($"--allow: unknown entitlement '{word}'; use one of {string.Join(", ", Names)}", Suggestion.Find(word, Names)),
            };
        }

        return allowed;
    }

    // NAME, or NAME,alias=OTHER: a Dockerfile that asks for OTHER gets NAME.
    private static Entitlements WithDevice(Entitlements allowed, string value)
    {
        var fields = CsvFields.Split(value);
        var alias = fields[0].Length > 0 ? fields[0]
            : throw new UsageException($"--allow device={value}: the device's name is missing; write device=NAME, or device for all of them");
        foreach (var field in fields.Skip(1))
        {
            alias = CsvFields.Pair(field) is ("alias", { Length: > 0 } other) ? other
                : throw new UsageException($"--allow device={fields[0]}: '{field}' is not understood; use alias=NAME");
        }

        return allowed with { Devices = allowed.Devices.SetItem(alias, fields[0]) };
    }
}
