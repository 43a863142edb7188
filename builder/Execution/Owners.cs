using System.Globalization;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Runtime;
using SharpBuild.Runtime.Roots;

namespace SharpBuild.Builder.Execution;

/// <summary>Finds the owner that <c>--chown</c> or WORKDIR means, in the root that the files go to.</summary>
internal static class Owners
{
    /// <summary>The ids of <c>user[:group]</c>. A number alone is user and group; a name alone brings its primary group.</summary>
    /// <param name="root">The root directory; null when it is empty.</param>
    /// <param name="owner">The owner, expanded.</param>
    public static (uint Uid, uint Gid) Resolve(SafeFileHandle? root, string owner)
    {
        var colon = owner.IndexOf(':', StringComparison.Ordinal);
        if (uint.TryParse(colon < 0 ? owner : owner[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var uid))
        {
            return (uid, colon < 0 ? uid : ResolveGroup(root, owner[(colon + 1)..]));
        }

        return root is null ? (0, 0) : Find(root, owner);
    }

    private static uint ResolveGroup(SafeFileHandle? root, string group) =>
        uint.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var gid) ? gid
        : root is null ? 0
        : Find(root, $"0:{group}").Gid;

    // BuildKit takes a name that is not there for root (solver/llbsolver/ops/user_linux.go), whatever the reference says.
    private static (uint Uid, uint Gid) Find(SafeFileHandle root, string owner)
    {
        try
        {
            var user = UserResolver.Resolve(root, owner);
            return (user.Uid, user.Gid);
        }
        catch (SandboxException exception) when (exception.Code == SandboxException.BadSpecification)
        {
            return (0, 0);
        }
    }
}
