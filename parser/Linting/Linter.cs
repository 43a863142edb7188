using System.Collections.Immutable;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Linting;

/// <summary>Runs the build checks.</summary>
public static class Linter
{
    /// <summary>Checks a file. Findings are warnings, or errors where the file or the options say <c>error=true</c>.</summary>
    /// <param name="dockerfile">The file.</param>
    /// <param name="options">What is known besides; null for nothing.</param>
    /// <returns>The findings in file order.</returns>
    public static ImmutableArray<Diagnostic> Check(Dockerfile dockerfile, LintOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(dockerfile);
        options ??= new();
        var checks = options.Checks ?? OptionsOf(dockerfile);
        var context = new LintContext(dockerfile, options, LintModel.Build(dockerfile, options), checks);
        foreach (var rule in LintRules.All)
        {
            context.Run(rule);
        }

        return context.Findings;
    }

    // The parser has refused what cannot be read; what follows a blank is a remark.
    private static CheckOptions OptionsOf(Dockerfile file) =>
        file.Directives.FirstOrDefault(static d => d.Name == "check") is { } directive
            ? CheckOptions.Parse(directive.Value.Split(' ', 2)[0])
            : CheckOptions.None;
}
