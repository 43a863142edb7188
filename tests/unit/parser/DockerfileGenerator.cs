using FsCheck;
using FsCheck.Fluent;

namespace SharpBuild.UnitTests.Parser;

/// <summary>Random Dockerfiles: well-formed ones, mutated ones, and rubbish made of the characters that matter.</summary>
internal static class DockerfileGenerator
{
    private static readonly string[] Instructions =
    [
        "RUN echo a && b\n",
        "RUN echo a \\\n  # comment\n  && b\n",
        "RUN [\"a\", \"b c\", \"\\u00e9\"]\n",
        "RUN --mount=type=cache,target=/x --network=none make\n",
        "RUN <<EOF\nset -e\necho $a\nEOF\n",
        "RUN cat <<-A 3<<\"B\" > /x\n\tone\n\tA\ntwo\nB\n",
        "COPY --from=s --chown=1:2 --link a b /c/\n",
        "COPY <<A <<B /d/\n1\nA\n2\nB\n",
        "COPY [\"a b\", \"c\"]\n",
        "ADD --checksum=sha256:ab https://x/y /z\n",
        "ENV a=1 b=\"x y\" c=x\\ y\n",
        "ENV legacy the rest of it\n",
        "ARG x=1 y z=${x:-2}\n",
        "LABEL a=b \"c\"='d e'\n",
        "WORKDIR /a/${b}\n",
        "USER a:b\n",
        "EXPOSE 80 90-95/udp $p\n",
        "VOLUME /a /b\n",
        "CMD [\"x\"]\n",
        "ENTRYPOINT x $y\n",
        "HEALTHCHECK --interval=1m30s --retries=2 CMD [\"a\"]\n",
        "HEALTHCHECK NONE\n",
        "STOPSIGNAL SIGTERM\n",
        "SHELL [\"/bin/bash\", \"-c\"]\n",
        "ONBUILD RUN x\n",
        "ONBUILD COPY <<E /f\nt\nE\n",
        "MAINTAINER someone\n",
        "FROM --platform=$P b AS s\n",
        "# a comment\n",
        "#\n",
        "\n",
    ];

    private static readonly string[] Crumbs =
    [
        "\\", "\n", "\r\n", " ", "\t", "\"", "'", "$", "${", "}", "[", "]", "<<", "<<-", "#", "=", "--", ",", ":", "`", "{", "/", "*", "a", "EOF",
        "FROM ", "RUN ", "COPY ", "ENV ", "ONBUILD ", "HEALTHCHECK ", "# escape=`\n", "# check=skip=all\n", "\uFEFF", "\u00a0", "\ud800", "é", "\0",
    ];

    /// <summary>A Dockerfile without mistakes.</summary>
    public static Arbitrary<string> WellFormed { get; } =
        Gen.ListOf(Gen.Elements(Instructions)).Select(static parts => "FROM a\n" + string.Concat(parts)).ToArbitrary();

    /// <summary>Anything at all.</summary>
    public static Arbitrary<string> Rubbish { get; } = Gen.ListOf(Gen.Elements(Crumbs)).Select(static parts => string.Concat(parts)).ToArbitrary();

    /// <summary>A Dockerfile with mistakes: pieces taken out, doubled, and crumbs strewn in.</summary>
    public static Arbitrary<string> Mutated { get; } =
        (from text in WellFormed.Generator
         from edits in Gen.ListOf(Gen.Zip(Gen.Choose(0, 10_000), Gen.Elements(Crumbs)))
         select edits.Aggregate(text, static (t, edit) => Mutate(t, edit.Item1, edit.Item2))).ToArbitrary();

    private static string Mutate(string text, int number, string crumb)
    {
        var at = number % (text.Length + 1);
        var length = Math.Min(number % 7, text.Length - at);
        return (number % 3) switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, crumb),
            _ => text.Insert(at, text.Substring(at, length)),
        };
    }
}
