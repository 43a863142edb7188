using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Runtime.Roots;

/// <summary>Finds the ids that <c>USER</c> names, in the <c>/etc/passwd</c> and <c>/etc/group</c> of a root.</summary>
/// <remarks>
/// A number needs no entry and then has group 0; a name has all groups that list it; <c>user:group</c> has that group only.
/// </remarks>
public static class UserResolver
{
    /// <summary>Resolves <paramref name="user"/> (<c>name|uid[:group|gid]</c>, empty for root).</summary>
    /// <exception cref="SandboxException">There is no such user or group.</exception>
    public static ResolvedUser Resolve(SafeFileHandle root, string user)
    {
        ArgumentNullException.ThrowIfNull(user);
        var (name, group) = Split(user);
        var passwd = RootFiles.TryRead(root, "etc/passwd") ?? "";

        // Numbers on both sides need no groups file; the passwd is still asked for the home directory.
        var groups = group is not null && TryId(group, out _) ? "" : RootFiles.TryRead(root, "etc/group") ?? "";
        return Resolve(passwd, groups, name, group, isDefault: user.Length == 0);
    }

    /// <summary>As <see cref="Resolve(SafeFileHandle, string)"/>, from the texts of the two files.</summary>
    public static ResolvedUser Resolve(string passwd, string groups, string user)
    {
        var (name, group) = Split(user);
        return Resolve(passwd, groups, name, group, isDefault: user.Length == 0);
    }

    private static ResolvedUser Resolve(string passwd, string groups, string name, string? group, bool isDefault)
    {
        var isNumber = TryId(name, out var uid);
        var entry = FindUser(passwd, name, isNumber ? uid : null);
        if (entry is null && !isNumber && !isDefault)
        {
            throw Missing("user", name, "/etc/passwd");
        }

        uid = entry?.Uid ?? uid;
        if (group is not null)
        {
            var only = FindGroup(groups, group);
            return new(uid, only, [only], entry?.Home ?? "/");
        }

        var primary = entry?.Gid ?? 0;
        return new(uid, primary, [primary, .. GroupsOf(groups, entry?.Name, primary)], entry?.Home ?? "/");
    }

    private static (string Name, string? Group) Split(string user)
    {
        var colon = user.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? user : user[..colon];
        var group = colon < 0 || colon == user.Length - 1 ? null : user[(colon + 1)..];
        return (name.Length == 0 ? "0" : name, group);
    }

    // The first entry that has the name; a number is never a name, even where somebody is called so.
    private static UserEntry? FindUser(string passwd, string name, uint? uid)
    {
        foreach (var line in passwd.AsSpan().EnumerateLines())
        {
            if (UserEntry.TryParse(line.Trim()) is { } entry && ((uid is null ? entry.Name == name : entry.Uid == uid)))
            {
                return entry;
            }
        }

        return null;
    }

    private static uint FindGroup(string groups, string group)
    {
        if (TryId(group, out var gid))
        {
            return gid;
        }

        foreach (var line in groups.AsSpan().EnumerateLines())
        {
            var fields = line.Trim().ToString().Split(':');
            if (fields.Length >= 3 && fields[0] == group && TryId(fields[2], out var found))
            {
                return found;
            }
        }

        throw Missing("group", group, "/etc/group");
    }

    private static List<uint> GroupsOf(string groups, string? name, uint primary)
    {
        var found = new List<uint>();
        if (name is null)
        {
            return found;
        }

        foreach (var line in groups.AsSpan().EnumerateLines())
        {
            var fields = line.Trim().ToString().Split(':');
            if (fields.Length >= 4 && TryId(fields[2], out var gid) && gid != primary && !found.Contains(gid)
                && fields[3].Split(',').Contains(name, StringComparer.Ordinal))
            {
                found.Add(gid);
            }
        }

        return found;
    }

    // Ids above 2^31 are refused as Docker does; -1 in particular means "leave as it is" to the kernel.
    private static bool TryId(string text, out uint id) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id <= int.MaxValue;

    private static SandboxException Missing(string kind, string name, string file) => name.All(char.IsAsciiDigit)
        ? new($"the {kind} id {name} is too large")
        {
            Code = SandboxException.BadSpecification,
            Hint = string.Create(CultureInfo.InvariantCulture, $"use a number from 0 to {int.MaxValue}"),
        }
        : new($"the image has no {kind} '{name}' in {file}")
        {
            Code = SandboxException.BadSpecification,
            Hint = $"add the {kind} in an earlier RUN step, or use a number",
        };

    private sealed record UserEntry(string Name, uint Uid, uint Gid, string Home)
    {
        public static UserEntry? TryParse(ReadOnlySpan<char> line)
        {
            var fields = line.ToString().Split(':');
            return fields.Length >= 6 && !line.StartsWith("#") && TryId(fields[2], out var uid) && TryId(fields[3], out var gid)
                ? new(fields[0], uid, gid, fields[5].Length == 0 ? "/" : fields[5])
                : null;
        }
    }
}
