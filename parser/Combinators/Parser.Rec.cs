using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Parser.Combinators;

internal static partial class Parser
{
    /// <summary>A parser that is made when first used, so that a grammar may refer to itself.</summary>
    public static Parser<TToken, T> Rec<TToken, T>(Func<Parser<TToken, T>> make) => new RecParser<TToken, T>(make);
}

internal sealed class RecParser<TToken, T>(Func<Parser<TToken, T>> make) : Parser<TToken, T>
{
    private readonly Lazy<Parser<TToken, T>> parser = new(make);

    internal override bool TryParse(scoped ref ParseState<TToken> state, [MaybeNullWhen(false)] out T result) =>
        parser.Value.TryParse(ref state, out result);
}
