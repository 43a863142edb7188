using System.Collections.Immutable;
using System.Globalization;
using SharpBuild.Linux;

namespace SharpBuild.Runtime.Rootless;

/// <summary>Gives a new user namespace its ids.</summary>
internal static class IdMapper
{
    /// <summary>Maps the caller to root, and all ids he was given after that. Returns a warning when he was given none.</summary>
    public static string? Map(int processId)
    {
        var uid = Processes.EffectiveUserId;
        var user = System.Environment.UserName;
        var uids = SubordinateIds.Parse(ReadOrEmpty("/etc/subuid"), user, uid);
        var gids = SubordinateIds.Parse(ReadOrEmpty("/etc/subgid"), user, uid);
        var reason = uids.IsEmpty ? $"/etc/subuid gives '{user}' no ids"
            : gids.IsEmpty ? $"/etc/subgid gives '{user}' no ids"
            : RunTool("newuidmap", processId, uid, uids) ?? RunTool("newgidmap", processId, Processes.EffectiveGroupId, gids);
        if (reason is null)
        {
            return null;
        }

        MapAlone(processId, uid, Processes.EffectiveGroupId);
        return $"only your own user id can be used, so files of other users in images cannot be made: {reason} "
            + "(install the uidmap package, and run usermod --add-subuids 100000-165535 --add-subgids 100000-165535)";
    }

    private static string ReadOrEmpty(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    // null when it worked, else the reason why not.
    private static string? RunTool(string name, int processId, uint id, ImmutableArray<(uint Start, uint Count)> ranges)
    {
        var process = processId.ToString(CultureInfo.InvariantCulture);
        var (code, error) = ToolRunner.Run(name, [name, process, .. SubordinateIds.MapArguments(id, ranges)]);
        return code switch
        {
            0 => null,
            127 => $"{name} is not installed",
            _ => error.Trim(),
        };
    }

    // What the kernel allows without help: one id, and groups that cannot be changed any more (user_namespaces(7)).
    private static void MapAlone(int processId, uint uid, uint gid)
    {
        try
        {
            WriteUnlessMapped($"/proc/{processId}/uid_map", $"0 {uid} 1");
            File.WriteAllText(FormattableString.Invariant($"/proc/{processId}/setgroups"), "deny");
            WriteUnlessMapped($"/proc/{processId}/gid_map", $"0 {gid} 1");
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"the user namespace cannot be given any ids: {refusal.Message}", refusal)
            {
                Hint = "install the uidmap package, and see that /etc/subuid and /etc/subgid have a line for you",
            };
        }
    }

    // A map can be written once; the tools may have written the first of the two.
    private static void WriteUnlessMapped(FormattableString path, FormattableString map)
    {
        var file = FormattableString.Invariant(path);
        if (File.ReadAllText(file).Length == 0)
        {
            File.WriteAllText(file, FormattableString.Invariant(map));
        }
    }
}
