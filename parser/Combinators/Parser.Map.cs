using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Parser.Combinators;

internal abstract partial class Parser<TToken, T>
{
    /// <summary>This parser, its value changed.</summary>
    public Parser<TToken, TResult> Select<TResult>(Func<T, TResult> selector) =>
        new MapParser<TToken, T, TResult>(this, selector);

    /// <summary>This parser, then <paramref name="next"/>, whose value counts.</summary>
    public Parser<TToken, TNext> Then<TNext>(Parser<TToken, TNext> next) => Then(next, static (_, second) => second);

    /// <summary>This parser, then <paramref name="next"/>, both values joined.</summary>
    public Parser<TToken, TResult> Then<TNext, TResult>(Parser<TToken, TNext> next, Func<T, TNext, TResult> selector) =>
        new ThenParser<TToken, T, TNext, TResult>(this, next, selector);

    /// <summary>This parser, whose value counts, then <paramref name="next"/>.</summary>
    public Parser<TToken, T> Before<TNext>(Parser<TToken, TNext> next) => Then(next, static (first, _) => first);

    /// <summary>This parser between two others.</summary>
    public Parser<TToken, T> Between<TOpen, TClose>(Parser<TToken, TOpen> open, Parser<TToken, TClose> close) =>
        open.Then(this).Before(close);

    /// <summary>This parser, its value replaced.</summary>
    public Parser<TToken, TResult> ThenReturn<TResult>(TResult value) => Select(_ => value);
}

internal static partial class Parser
{
    /// <summary>Two parsers in order, their values joined.</summary>
    public static Parser<TToken, R> Map<TToken, T1, T2, R>(
        Func<T1, T2, R> join, Parser<TToken, T1> first, Parser<TToken, T2> second) =>
        first.Then(second, join);

    /// <summary>Three parsers in order, their values joined.</summary>
    public static Parser<TToken, R> Map<TToken, T1, T2, T3, R>(
        Func<T1, T2, T3, R> join, Parser<TToken, T1> first, Parser<TToken, T2> second, Parser<TToken, T3> third) =>
        new MapParser<TToken, T1, T2, T3, R>(join, first, second, third);
}

internal sealed class MapParser<TToken, T, TResult>(Parser<TToken, T> parser, Func<T, TResult> selector)
    : Parser<TToken, TResult>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, [MaybeNullWhen(false)] out TResult result)
    {
        if (parser.TryParse(ref state, out var value))
        {
            result = selector(value);
            return true;
        }

        result = default;
        return false;
    }
}

internal sealed class ThenParser<TToken, T, TNext, TResult>(
    Parser<TToken, T> first, Parser<TToken, TNext> second, Func<T, TNext, TResult> selector) : Parser<TToken, TResult>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, [MaybeNullWhen(false)] out TResult result)
    {
        if (first.TryParse(ref state, out var one) && second.TryParse(ref state, out var two))
        {
            result = selector(one, two);
            return true;
        }

        result = default;
        return false;
    }
}

internal sealed class MapParser<TToken, T1, T2, T3, R>(
    Func<T1, T2, T3, R> join, Parser<TToken, T1> first, Parser<TToken, T2> second, Parser<TToken, T3> third) : Parser<TToken, R>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, [MaybeNullWhen(false)] out R result)
    {
        if (first.TryParse(ref state, out var one) && second.TryParse(ref state, out var two) && third.TryParse(ref state, out var three))
        {
            result = join(one, two, three);
            return true;
        }

        result = default;
        return false;
    }
}
