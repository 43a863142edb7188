using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Parser.Combinators;

internal static partial class Parser<TToken>
{
    /// <summary>Any one token.</summary>
    public static Parser<TToken, TToken> Any { get; } = Token(static _ => true).Labelled("a character");

    /// <summary>The end of the input.</summary>
    public static Parser<TToken, Unit> End { get; } = new EndParser<TToken>();

    /// <summary>One token that satisfies <paramref name="predicate"/>.</summary>
    public static Parser<TToken, TToken> Token(Func<TToken, bool> predicate) => new TokenParser<TToken>(predicate);
}

/// <summary>A value that says nothing.</summary>
internal sealed class Unit
{
    private Unit()
    {
    }

    /// <summary>The only one.</summary>
    public static Unit Value { get; } = new();
}

internal sealed class TokenParser<TToken>(Func<TToken, bool> predicate) : Parser<TToken, TToken>
{
    internal Func<TToken, bool> Predicate => predicate;

    internal override bool TryParse(scoped ref ParseState<TToken> state, [MaybeNullWhen(false)] out TToken result)
    {
        if (state.HasCurrent && predicate(state.Current))
        {
            result = state.Current;
            state.Location++;
            return true;
        }

        result = default;
        return false;
    }
}

internal sealed class EndParser<TToken> : Parser<TToken, Unit>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, out Unit result)
    {
        result = Unit.Value;
        return !state.HasCurrent || state.Expected("the end");
    }
}
