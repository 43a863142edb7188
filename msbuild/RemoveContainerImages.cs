using System.Text.Json;
using Microsoft.Build.Framework;

namespace SharpBuild.MSBuild;

/// <summary>Takes away the names that <see cref="BuildContainerImages"/> gave, as the files tell that it left.</summary>
public sealed class RemoveContainerImages : SharpBuildTask
{
    /// <summary>Where images and caches are; empty for sharpbuild's own choice.</summary>
    public string StoreRoot { get; set; } = "";

    /// <summary>Where these files are.</summary>
    [Required]
    public string ResultDirectory { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        string[] names = [.. Directory.EnumerateFiles(ResultDirectory, "*.json").SelectMany(NamesIn).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (names.Length > 0)
        {
            string[] root = StoreRoot.Length > 0 ? ["--root", StoreRoot] : [];
            _ = Run(["rmi", .. root, .. names], null, Refused, line => Log.LogMessage(MessageImportance.Normal, "{0}", LogText.Clean(line)));
        }

        return !Log.HasLoggedErrors;
    }

    // A container that still runs is no reason to leave the rest of a clean undone.
    private void Refused(string line)
    {
        if (line.Trim().Length > 0)
        {
            Log.LogWarning(null, "SB0207", null, null, 0, 0, 0, 0, "{0}", LogText.Clean(line));
        }
    }

    private static string[] NamesIn(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        return json.RootElement.TryGetProperty("image.name", out var names) ? names.GetString()!.Split(',') : [];
    }
}
