using System.Collections.Immutable;

namespace SharpBuild.Parser.Expansion;

/// <summary>Looks names up and remembers how that went.</summary>
internal sealed class NameUses(Func<string, string?> lookup)
{
    private List<string>? unset;
    private List<string>? defaulted;
    private List<string>? used;

    /// <summary>The names that are not set and had no default.</summary>
    public ImmutableArray<string> Unset => unset is null ? [] : [.. unset];

    /// <summary>The names that are not set but had a default.</summary>
    public ImmutableArray<string> Defaulted => defaulted is null ? [] : [.. defaulted];

    /// <summary>The names that are set.</summary>
    public ImmutableArray<string> Used => used is null ? [] : [.. used];

    /// <summary>The value of <paramref name="name"/>, null when it is not set.</summary>
    public string? Find(string name, bool hasDefault)
    {
        var value = lookup(name);
        ref var list = ref used;
        if (value is null)
        {
            list = ref hasDefault ? ref defaulted : ref unset;
        }

        list ??= [];
        if (!list.Contains(name))
        {
            list.Add(name);
        }

        return value;
    }
}
