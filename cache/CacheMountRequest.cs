using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Cache;

/// <summary>Asks for the directory of a <c>RUN --mount=type=cache</c>.</summary>
/// <param name="Id">The id that the author gave, or the target path.</param>
public sealed record CacheMountRequest(string Id)
{
    /// <summary>What makes it another cache: id, mode, owner and seed.</summary>
    public string Identity => string.Create(CultureInfo.InvariantCulture, $"{Id.Length}:{Id} {Mode} {Uid} {Gid} {SeedIdentity}");

    /// <summary>How it is shared with others that ask for the same.</summary>
    public CacheMountSharing Sharing { get; init; } = CacheMountSharing.Shared;

    /// <summary>The permission bits of a new directory. Another mode, owner or seed is another cache, as in BuildKit.</summary>
    public int Mode { get; init; } = 0b111_101_101;

    /// <summary>The owner of a new directory.</summary>
    public uint Uid { get; init; }

    /// <summary>The group of a new directory.</summary>
    public uint Gid { get; init; }

    /// <summary>Names what a new directory is filled with (<c>from</c> and <c>source</c>); empty for nothing.</summary>
    public string SeedIdentity { get; init; } = "";

    /// <summary>Fills a new directory, given its descriptor.</summary>
    public Action<SafeFileHandle>? Seed { get; init; }

    /// <summary>Whether what is in it goes first (<c>--no-cache</c>).</summary>
    public bool Reset { get; init; }
}

/// <summary>What happens when two steps use one cache mount at the same time.</summary>
public enum CacheMountSharing
{
    /// <summary>Both see the same directory.</summary>
    Shared,

    /// <summary>The second gets a directory of its own.</summary>
    Private,

    /// <summary>The second waits.</summary>
    Locked,
}
