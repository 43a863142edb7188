using System.Collections.Immutable;
using System.Text.Json;

namespace SharpBuild.Image;

/// <summary>The JSON members that this version does not know, kept so that they survive a round trip.</summary>
public sealed class UnknownMembers
{
    /// <summary>No members.</summary>
    public static readonly UnknownMembers None = new([]);

    private UnknownMembers(ImmutableArray<KeyValuePair<string, JsonElement>> members) => Members = members;

    /// <summary>The members, in the order in which they were read.</summary>
    public ImmutableArray<KeyValuePair<string, JsonElement>> Members { get; }

    /// <summary>Wraps <paramref name="members"/>.</summary>
    public static UnknownMembers Of(ImmutableArray<KeyValuePair<string, JsonElement>> members) => members.IsDefaultOrEmpty ? None : new(members);
}
