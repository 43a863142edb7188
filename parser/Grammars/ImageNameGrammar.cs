namespace SharpBuild.Parser.Grammars;

/// <summary>Whether a text can be the name of an image: registry, repository, tag and digest, by spelling alone.</summary>
internal static class ImageNameGrammar
{
    private static readonly Parser<char, Unit> LowerAlphanumeric =
        Token(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)).SkipAtLeastOnce();

    private static readonly Parser<char, Unit> Separator = OneOf(
        Char('.').ThenReturn(Unit.Value),
        Char('_').Then(Char('_').Optional()).ThenReturn(Unit.Value),
        Char('-').SkipAtLeastOnce());

    private static readonly Parser<char, Unit> PathElement = LowerAlphanumeric.Then(Separator.Then(LowerAlphanumeric).SkipMany());

    private static readonly Parser<char, Unit> Tag = Char(':').Then(
        Token(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-').AtLeastOnceString()
            .Assert(static name => name.Length <= 128 && name[0] is not ('.' or '-'), "A tag has at most 128 characters and begins with a letter, digit or _.")
            .ThenReturn(Unit.Value));

    private static readonly Parser<char, Unit> Digest = Char('@')
        .Then(Token(static c => char.IsAsciiLetterOrDigit(c) || c is '+' or '.' or '-' or '_').SkipAtLeastOnce())
        .Then(Char(':'))
        .Then(Token(char.IsAsciiHexDigit).AtLeastOnceString().Assert(static digits => digits.Length >= 32, "A digest has at least 32 digits."))
        .ThenReturn(Unit.Value);

    private static readonly Parser<char, Unit> Repository =
        PathElement.SeparatedAtLeastOnce(Char('/')).Then(Tag.Optional()).Then(Digest.Optional()).Then(End);

    private static readonly Parser<char, Unit> Registry =
        Token(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':' or '[' or ']').SkipAtLeastOnce().Then(End);

    /// <summary>Whether <paramref name="text"/> can be the name of an image.</summary>
    public static bool IsImageName(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var head = slash < 0 ? "" : text[..slash];
        var hasRegistry = head == "localhost" || head.AsSpan().IndexOfAny('.', ':') >= 0 || head.Any(char.IsAsciiLetterUpper);
        return hasRegistry
            ? Registry.Parse(head).Success && Repository.Parse(text.AsSpan(slash + 1)).Success
            : Repository.Parse(text).Success;
    }
}
