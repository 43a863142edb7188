using System.Text.Json;
using SharpBuild.Cache.Space;

namespace SharpBuild.Cli.Configuration;

/// <summary>The member <c>gc</c> of the config files: what is collected without being asked for.</summary>
internal static class GcConfiguration
{
    /// <summary>The variable that, set to <c>off</c>, keeps everything.</summary>
    public const string Variable = "SHARPBUILD_GC";

    /// <summary>What the files and the environment say; where two files say different things, the nearer one counts.</summary>
    /// <exception cref="UsageException">A file is wrong.</exception>
    public static GcSettings Read(Func<string, string?> lookup)
    {
        var files = new List<(string Path, ReadOnlyMemory<byte> Json)>();
        ConfigFiles.Read(lookup, (path, json) => files.Insert(0, (path, json)));
        var settings = new GcSettings();
        foreach (var (path, json) in files)
        {
            ConfigFiles.ReadMember(path, json, "gc", member => settings = Apply(settings, path, member));
        }

        return lookup(Variable) == "off" ? settings with { IsEnabled = false } : settings;
    }

    /// <summary>Adds what one file says.</summary>
    internal static GcSettings Apply(GcSettings settings, string path, JsonElement member)
    {
        foreach (var setting in member.EnumerateObject())
        {
            settings = Apply(settings, path, setting);
        }

        return settings;
    }

    private static GcSettings Apply(GcSettings settings, string path, JsonProperty setting)
    {
        try
        {
            return setting.Name switch
            {
                "enabled" => settings with { IsEnabled = setting.Value.GetBoolean() },
                "reservedSpace" => settings with { ReservedSpace = StorageSize.Parse(setting.Value.GetString() ?? "") },
                "maxUsedSpace" => settings with { MaxUsedSpace = StorageSize.Parse(setting.Value.GetString() ?? "") },
                "minFreeSpace" => settings with { MinFreeSpace = StorageSize.Parse(setting.Value.GetString() ?? "") },
                "keepDuration" => settings with { KeepDuration = Durations.Parse(setting.Value.GetString() ?? "") },
                _ => throw new UsageException(
                    $"{path}: unknown setting '{setting.Name}' of 'gc'; there are enabled, reservedSpace, maxUsedSpace, minFreeSpace and keepDuration"),
            };
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"{path}: gc.{setting.Name}: {wrong.Message}");
        }
    }
}
