using System.Collections.Immutable;

namespace SharpBuild.Builder.Planning;

/// <summary>Names and values in the order in which they were first set. Immutable; a change is a new value.</summary>
internal sealed class Variables
{
    /// <summary>No variable.</summary>
    public static readonly Variables Empty = new([], ImmutableDictionary<string, string>.Empty);

    // Lists that share what they have in common: a file may chain thousands of stages, and each keeps its own.
    private readonly ImmutableList<string> order;
    private readonly ImmutableDictionary<string, string> values;

    private Variables(ImmutableList<string> order, ImmutableDictionary<string, string> values) => (this.order, this.values) = (order, values);

    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Names => order;

    /// <summary>The value of a name, null when it is not set.</summary>
    public string? this[string name] => values.GetValueOrDefault(name);

    /// <summary>The same with <paramref name="name"/> set; a name that was set before keeps its place.</summary>
    public Variables Set(string name, string value) =>
        new(values.ContainsKey(name) ? order : order.Add(name), values.SetItem(name, value));

    /// <summary>Each as <c>NAME=value</c>.</summary>
    public ImmutableArray<string> ToEnvironment() => [.. order.Select(name => $"{name}={values[name]}")];

    /// <summary>Reads <c>NAME=value</c> words, as an image config holds them; a word without <c>=</c> is an empty value.</summary>
    public static Variables Parse(IEnumerable<string> environment)
    {
        var result = Empty;
        foreach (var word in environment)
        {
            var (name, value) = Split(word);
            result = result.Set(name, value);
        }

        return result;
    }

    /// <summary>Name and value of a <c>NAME=value</c> word.</summary>
    public static (string Name, string Value) Split(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (word, "") : (word[..equals], word[(equals + 1)..]);
    }
}
