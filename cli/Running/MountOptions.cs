using SharpBuild.Cli.Arguments;
using SharpBuild.Engine;
using SharpBuild.Parser;

namespace SharpBuild.Cli.Running;

/// <summary><c>-v</c>, <c>--tmpfs</c> and <c>--mount</c>.</summary>
internal static class MountOptions
{
    private static readonly string[] Types = ["bind", "volume", "tmpfs"];

    /// <summary>Reads <c>-v [SOURCE:]TARGET[:OPTIONS]</c>; a source without slash is a volume.</summary>
    public static ContainerMount ParseVolume(string text)
    {
        var parts = text.Split(':');
        if (parts.Length > 3 || Array.Exists(parts, part => part.Length == 0))
        {
            throw new UsageException($"-v '{text}' is not a mount: write SOURCE:TARGET[:ro]");
        }

        if (parts.Length == 1)
        {
            return new VolumeMount(null, parts[0], ReadOnly: false, CopyContent: true);
        }

        var (readOnly, copy) = ReadFlags(text, parts.Length == 3 ? parts[2] : "");
        return parts[0][0] is '/' or '.' or '~'
            ? new HostMount(Path.GetFullPath(parts[0]), parts[1], readOnly, CreateSource: true)
            : new VolumeMount(parts[0], parts[1], readOnly, copy);
    }

    /// <summary>Reads <c>--tmpfs TARGET[:size=…,mode=…]</c>.</summary>
    public static ContainerMount ParseTmpfs(string text)
    {
        var colon = text.IndexOf(':');
        var mount = new MemoryMount(colon < 0 ? text : text[..colon], null);
        foreach (var field in colon < 0 ? [] : text[(colon + 1)..].Split(','))
        {
            var (key, value) = CsvFields.Pair(field);
            mount = key switch
            {
                "size" => mount with { Size = SizeText.Parse("--tmpfs", value ?? "") },
                "mode" => mount with { Mode = ReadMode("--tmpfs", value) },

                // What every such mount is anyway.
                "rw" or "nosuid" or "nodev" when value is null => mount,
                _ => throw new UsageException($"--tmpfs: option '{field}' is not supported; use size or mode"),
            };
        }

        return mount;
    }

    /// <summary>Reads <c>--mount type=bind|volume|tmpfs,source=…,target=…</c>.</summary>
    public static ContainerMount ParseMount(string text)
    {
        var fields = new Dictionary<string, string?>();
        foreach (var field in CsvFields.Split(text))
        {
            var (key, value) = CsvFields.Pair(field);
            fields[Canonical(key.ToLowerInvariant())] = value;
        }

        var type = Take(fields, "type") ?? "volume";
        var source = Take(fields, "source");
        var target = Take(fields, "target");
        if (string.IsNullOrEmpty(target))
        {
            throw new UsageException($"--mount '{text}' has no target: write type=bind,source=PATH,target=PATH");
        }

        ContainerMount mount = type switch
        {
            "bind" when !string.IsNullOrEmpty(source) => new HostMount(Path.GetFullPath(source), target, TakeFlag(fields, "readonly"), CreateSource: false),
            "bind" => throw new UsageException($"--mount '{text}' has no source: write type=bind,source=PATH,target=PATH"),
            "volume" => new VolumeMount(string.IsNullOrEmpty(source) ? null : source, target, TakeFlag(fields, "readonly"), !TakeFlag(fields, "volume-nocopy")),
            "tmpfs" => new MemoryMount(target, Take(fields, "tmpfs-size") is { } size ? SizeText.Parse("--mount", size) : null, ReadMode("--mount", Take(fields, "tmpfs-mode") ?? "1777")),
            _ => throw new UsageException($"--mount: unknown type '{type}'", Suggestion.Find(type, Types) ?? "bind"),
        };
        foreach (var (key, _) in fields)
        {
            throw new UsageException($"--mount: option '{key}' of type={type} is not supported");
        }

        return mount;
    }

    private static (bool ReadOnly, bool Copy) ReadFlags(string text, string flags)
    {
        var (readOnly, copy) = (false, true);
        foreach (var flag in flags.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (flag)
            {
                case "ro":
                    readOnly = true;
                    break;
                case "rw":
                    readOnly = false;
                    break;
                case "nocopy":
                    copy = false;
                    break;
                default:
                    throw new UsageException($"-v '{text}': option '{flag}' is not supported; use ro, rw or nocopy");
            }
        }

        return (readOnly, copy);
    }

    private static string Canonical(string key) => key switch
    {
        "src" => "source",
        "dst" or "destination" => "target",
        "ro" => "readonly",
        _ => key,
    };

    private static string? Take(Dictionary<string, string?> fields, string key) => fields.Remove(key, out var value) ? value ?? "" : null;

    private static bool TakeFlag(Dictionary<string, string?> fields, string key) => fields.Remove(key, out var value) && value switch
    {
        null or "true" or "1" => true,
        "false" or "0" => false,
        _ => throw new UsageException($"--mount: {key} is on or off: '{value}' is neither true nor false"),
    };

    private static int ReadMode(string option, string? text)
    {
        try
        {
            return Convert.ToInt32(text, 8);
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException or OverflowException)
        {
            throw new UsageException($"{option}: '{text}' is not an octal mode such as 1777");
        }
    }
}
