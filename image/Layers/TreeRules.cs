using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Image.Layers;

/// <summary>What differs between extracting a layer and unpacking an archive for ADD.</summary>
internal sealed record TreeRules
{
    /// <summary>Whether <c>.wh.</c> names are whiteouts and every directory gets a fixed time.</summary>
    public bool IsLayer { get; init; }

    /// <summary>Whether overlayfs' marks go to <c>user.overlay.*</c>.</summary>
    public bool UserXattr { get; init; }

    /// <summary>The merged tree below.</summary>
    public SafeFileHandle? Lower { get; init; }

    /// <summary>The owner of everything, null to keep the tar's.</summary>
    public (uint Uid, uint Gid)? Owner { get; init; }

    /// <summary>Changes permissions, null to keep the tar's.</summary>
    public Func<int, bool, int>? ChangeMode { get; init; }

    /// <summary>The largest sum of file sizes.</summary>
    public long MaximumBytes { get; init; }

    /// <summary>Hears of what could not be kept.</summary>
    public Action<string>? Notice { get; init; }
}
