using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Parser.Combinators;

internal static partial class Parser<TToken>
{
    /// <summary>The offset of the next token; consumes nothing.</summary>
    public static Parser<TToken, int> CurrentOffset { get; } = new OffsetParser<TToken>();

    /// <summary>Succeeds with <paramref name="value"/> and consumes nothing.</summary>
    public static Parser<TToken, T> Return<T>(T value) => new ReturnParser<TToken, T>(value);

    /// <summary>Fails with <paramref name="message"/> and consumes nothing.</summary>
    public static Parser<TToken, T> Fail<T>(string message) => new FailParser<TToken, T>(message);
}

internal sealed class ReturnParser<TToken, T>(T value) : Parser<TToken, T>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, [MaybeNullWhen(false)] out T result)
    {
        result = value;
        return true;
    }
}

internal sealed class FailParser<TToken, T>(string message) : Parser<TToken, T>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, [MaybeNullWhen(false)] out T result)
    {
        result = default;
        return state.Failed(message);
    }
}

internal sealed class OffsetParser<TToken> : Parser<TToken, int>
{
    internal override bool TryParse(scoped ref ParseState<TToken> state, out int result)
    {
        result = state.Location;
        return true;
    }
}
