using System.Text.Json;
using SharpBuild.Runtime;

namespace SharpBuild.Cli.Configuration;

/// <summary>The config files: the user's, then the system's. Each part of the program reads the member that is its own.</summary>
internal static class ConfigFiles
{
    private const int LongestFile = 1 << 20;
    private const string SystemFile = "/etc/sharpbuild/config.json";
    private static readonly string[] Members = ["registries", "gc"];

    /// <summary>Hands over each file that there is, the nearer one first.</summary>
    public static void Read(Func<string, string?> lookup, Action<string, ReadOnlyMemory<byte>> add)
    {
        foreach (var file in Places(lookup))
        {
            if (TryRead(file) is { } content)
            {
                add(file, content);
            }
        }
    }

    /// <summary>Reads one member of a file, if it is there.</summary>
    /// <exception cref="UsageException">The file is no JSON object, or has a member that nobody knows.</exception>
    public static void ReadMember(string path, ReadOnlyMemory<byte> json, string name, Action<JsonElement> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Name == name)
                {
                    read(member.Value);
                }
                else if (Array.IndexOf(Members, member.Name) < 0)
                {
                    throw new UsageException($"{path}: unknown setting '{member.Name}'; there are {string.Join(" and ", Members)}");
                }
            }
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw new UsageException($"{path} is not a config file: {wrong.Message}");
        }
    }

    private static byte[]? TryRead(string file)
    {
        try
        {
            return HostFile.ReadAll(file, LongestFile);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the config file {file} cannot be read: {exception.Message}");
        }
    }

    private static IEnumerable<string> Places(Func<string, string?> lookup)
    {
        if (lookup("XDG_CONFIG_HOME") is { Length: > 0 } config)
        {
            yield return Path.Combine(config, "sharpbuild", "config.json");
        }
        else if (lookup("HOME") is { Length: > 0 } home)
        {
            yield return Path.Combine(home, ".config", "sharpbuild", "config.json");
        }

        yield return SystemFile;
    }
}
