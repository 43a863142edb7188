using System.Collections.Immutable;
using SharpBuild.Parser.Grammars;
using SharpBuild.Parser.Linting;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Lexing;

/// <summary>Reads the parser directives at the top of a file.</summary>
/// <remarks>The first line that is no directive (an instruction, another comment, a blank line) ends them for good.</remarks>
internal sealed class Directives(SourceText source, Diagnostics diagnostics, char escape)
{
    private readonly ImmutableArray<Directive>.Builder found = ImmutableArray.CreateBuilder<Directive>();
    private bool isOver;
    private bool hasShebang;

    /// <summary>The directives so far.</summary>
    public ImmutableArray<Directive> Found => found.ToImmutable();

    /// <summary>The escape character that holds from here on.</summary>
    public char Escape { get; private set; } = escape;

    /// <summary>Reads a line, trimmed; true if it is a directive.</summary>
    public bool TryRead(SourceSpan line)
    {
        if (isOver)
        {
            return false;
        }

        if (line.Start == 0 && source.Slice(line).StartsWith("#!"))
        {
            hasShebang = true;
            return false;
        }

        isOver = !TryReadPair(line, out var directive);
        if (!isOver)
        {
            Accept(directive!);
        }

        return !isOver;
    }

    private bool TryReadPair(SourceSpan line, out Directive? directive)
    {
        directive = null;
        var result = DirectiveGrammar.Line.Parse(source.Slice(line));
        if (!result.Success || result.Value.Name is not ("syntax" or "escape" or "check"))
        {
            return false;
        }

        directive = new(result.Value.Name, result.Value.Value, line);
        return true;
    }

    private void Accept(Directive directive)
    {
        if (found.Any(d => d.Name == directive.Name))
        {
            diagnostics.Error(
                DiagnosticCodes.InvalidDirective,
                directive.Span,
                $"The parser directive '{directive.Name}' is given twice.",
                "Keep one of them.");
            return;
        }

        found.Add(directive);
        CheckOptionsOf(directive);

        // After a #! line BuildKit sees syntax and check, but no longer escape.
        if (directive.Name == "escape" && !hasShebang)
        {
            SetEscape(directive);
        }
    }

    private void CheckOptionsOf(Directive directive)
    {
        if (directive.Name != "check")
        {
            return;
        }

        try
        {
            CheckOptions.Parse(directive.Value.Split(' ', 2)[0]);
        }
        catch (FormatException problem)
        {
            diagnostics.Error(DiagnosticCodes.InvalidDirective, directive.Span, problem.Message, "Write # check=skip=RULE;error=true, without blanks.");
        }
    }

    private void SetEscape(Directive directive)
    {
        if (directive.Value is "\\" or "`")
        {
            Escape = directive.Value[0];
            return;
        }

        diagnostics.Error(
            DiagnosticCodes.InvalidDirective,
            directive.Span,
            $"'{directive.Value}' cannot be the escape character.",
            "Use a backslash (\\) or a backtick (`).");
    }
}
