using System.Globalization;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Cache;
using SharpBuild.Cache.Copying;
using SharpBuild.Runtime;
using SharpBuild.Runtime.Roots;

namespace SharpBuild.Builder.Execution;

/// <summary>Finds the owner that <c>--chown</c> or WORKDIR means, in the root that the files go to.</summary>
internal static class Owners
{
    /// <summary>The ids of <c>user[:group]</c>. A number alone is user and group; a name alone brings its primary group.</summary>
    /// <param name="root">The root directory; null when it is empty.</param>
    /// <param name="owner">The owner, expanded.</param>
    /// <exception cref="CopyException">It has a name, and there is no root to look it up in.</exception>
    public static (uint Uid, uint Gid) Resolve(SafeFileHandle? root, string owner)
    {
        var colon = owner.IndexOf(':', StringComparison.Ordinal);
        var (uid, gid) = FindUser(root, colon < 0 ? owner : owner[..colon]);
        return (uid, colon < 0 ? gid : FindGroup(root, owner[(colon + 1)..]) ?? gid);
    }

    // BuildKit takes a name that is not there for root (solver/llbsolver/ops/user_linux.go), whatever the reference says.
    private static (uint Uid, uint Gid) FindUser(SafeFileHandle? root, string user) =>
        ReadId(user) is { } id ? (id, id)
        : Find(root, user) is { } found ? (found.Uid, found.Gid)
        : (0, 0);

    // A group that is not there leaves the user's.
    private static uint? FindGroup(SafeFileHandle? root, string group) => ReadId(group) ?? Find(root, $"0:{group}")?.Gid;

    // An empty name and root both mean uid 0. Like BuildKit, a number that does not fit into an int is taken for a name.
    private static uint? ReadId(string text) =>
        text is "" or "root" ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? (uint)id
        : null;

    private static ResolvedUser? Find(SafeFileHandle? root, string owner)
    {
        if (root is null)
        {
            throw new CopyException(CacheErrorCodes.NoUsers, $"the owner '{owner.TrimStart('0', ':')}' cannot be looked up in an empty root")
            {
                Hint = "write the owner as numbers; COPY --link never looks at the users of the image that it copies to",
            };
        }

        try
        {
            return UserResolver.Resolve(root, owner);
        }
        catch (SandboxException exception) when (exception.Code == SandboxException.BadSpecification)
        {
            return null;
        }
    }
}
