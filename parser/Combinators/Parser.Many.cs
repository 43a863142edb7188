using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SharpBuild.Parser.Combinators;

internal abstract partial class Parser<TToken, T>
{
    /// <summary>This parser as often as it matches, perhaps never. A parser that consumes nothing ends the repetition.</summary>
    public Parser<TToken, T[]> Many() => new ManyParser<TToken, T>(this);

    /// <summary>This parser once or more.</summary>
    public Parser<TToken, T[]> AtLeastOnce() => Then(Many(), static T[] (first, rest) => [first, .. rest]);

    /// <summary>This parser as often as it matches, its values thrown away.</summary>
    public Parser<TToken, Unit> SkipMany() => new SkipManyParser<TToken, T>(this);

    /// <summary>This parser once or more, its values thrown away.</summary>
    public Parser<TToken, Unit> SkipAtLeastOnce() => Then(SkipMany());

    /// <summary>This parser as often as it matches, with <paramref name="separator"/> between.</summary>
    public Parser<TToken, T[]> Separated<TSeparator>(Parser<TToken, TSeparator> separator) =>
        SeparatedAtLeastOnce(separator).Or(Parser<TToken>.Return<T[]>([]));

    /// <summary>This parser once or more, with <paramref name="separator"/> between.</summary>
    public Parser<TToken, T[]> SeparatedAtLeastOnce<TSeparator>(Parser<TToken, TSeparator> separator) =>
        Then(separator.Then(this).Many(), static T[] (first, rest) => [first, .. rest]);

    /// <summary>This parser, or nothing when it fails without consuming.</summary>
    public Parser<TToken, Maybe<T>> Optional() =>
        Select(static value => new Maybe<T>(value)).Or(Parser<TToken>.Return(Maybe<T>.Nothing));
}

/// <summary>A value that may be missing.</summary>
internal sealed class Maybe<T>
{
    private readonly T? value;

    private Maybe()
    {
    }

    /// <summary>A value that is there.</summary>
    public Maybe(T value)
    {
        HasValue = true;
        this.value = value;
    }

    /// <summary>No value.</summary>
    public static Maybe<T> Nothing { get; } = new();

    /// <summary>Whether there is a value.</summary>
    public bool HasValue { get; }

    /// <summary>The value, or the type's default.</summary>
    public T? GetValueOrDefault() => value;
}

/// <summary>Repetitions of characters and strings.</summary>
internal static class ParserStringExtensions
{
    /// <summary>The characters, joined.</summary>
    public static Parser<char, string> ManyString(this Parser<char, char> parser) => new ManyCharsParser(parser);

    /// <summary>The strings, joined.</summary>
    public static Parser<char, string> ManyString(this Parser<char, string> parser) =>
        parser.Many().Select(static parts => parts is [var only] ? only : string.Concat(parts));
}

internal sealed class ManyParser<TToken, T>(Parser<TToken, T> parser) : Parser<TToken, T[]>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, [MaybeNullWhen(false)] out T[] result)
    {
        var values = default(List<T>);
        var start = state.Location;
        while (parser.TryParse(ref state, out var value) && state.Location > start)
        {
            (values ??= []).Add(value);
            start = state.Location;
        }

        result = values?.ToArray() ?? [];
        return state.Location == start;
    }
}

internal sealed class SkipManyParser<TToken, T>(Parser<TToken, T> parser) : Parser<TToken, Unit>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, out Unit result)
    {
        result = Unit.Value;
        var start = state.Location;
        while (parser.TryParse(ref state, out _) && state.Location > start)
        {
            start = state.Location;
        }

        return state.Location == start;
    }
}

internal sealed class ManyCharsParser(Parser<char, char> parser) : Parser<char, string>
{
    internal override bool TryParse(scoped ref ParseState<char> state, [MaybeNullWhen(false)] out string result)
    {
        var text = default(StringBuilder);
        var start = state.Location;
        while (parser.TryParse(ref state, out var character) && state.Location > start)
        {
            (text ??= new()).Append(character);
            start = state.Location;
        }

        result = text?.ToString() ?? "";
        return state.Location == start;
    }
}
