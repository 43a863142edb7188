using System.Collections.Immutable;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Linting;

/// <summary>What the function of a rule works on, and where it reports.</summary>
internal sealed class LintContext(Dockerfile file, LintOptions options, LintModel model, CheckOptions checks)
{
    private readonly List<Diagnostic> findings = [];
    private LintRule? current;

    /// <summary>The file.</summary>
    public Dockerfile File => file;

    /// <summary>What is known besides.</summary>
    public LintOptions Options => options;

    /// <summary>The file's stages, walked through with their variables.</summary>
    public LintModel Model => model;

    /// <summary>Every instruction, FROM and global ARGs included, in file order; ONBUILD's triggers left out.</summary>
    public IEnumerable<Instruction> Instructions =>
        file.GlobalArgs.Concat(file.Stages.SelectMany(static s => s.Instructions.Prepend(s.From)));

    /// <summary>The findings in file order.</summary>
    public ImmutableArray<Diagnostic> Findings => [.. findings.OrderBy(static f => f.Span.Start)];

    /// <summary>Runs a rule.</summary>
    public void Run(LintRule rule)
    {
        current = rule;
        rule.Check(this);
    }

    /// <summary>Reports a finding of the running rule, unless a directive or a comment above the instruction skips it.</summary>
    public void Report(Instruction instruction, SourceSpan span, string message, string? hint = null)
    {
        if (OptionsOf(instruction).Runs(current!))
        {
            Add(span, message, hint);
        }
    }

    /// <summary>Reports a finding that belongs to no instruction.</summary>
    public void Report(SourceSpan span, string message, string? hint = null)
    {
        if (checks.Runs(current!))
        {
            Add(span, message, hint);
        }
    }

    private void Add(SourceSpan span, string message, string? hint)
    {
        var severity = checks.FailsBuild == true ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
        findings.Add(new(severity, current!.Code, span, message, hint, current.Name));
    }

    // The first comment of the form check=… counts; one that cannot be read says nothing.
    private CheckOptions OptionsOf(Instruction instruction)
    {
        foreach (var comment in instruction.Comments)
        {
            var equals = comment.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && comment.AsSpan(0, equals).TrimEnd().Equals("check", StringComparison.OrdinalIgnoreCase))
            {
                return TryMerge(comment[(equals + 1)..].Trim().Split(' ', 2)[0]);
            }
        }

        return checks;
    }

    private CheckOptions TryMerge(string text)
    {
        try
        {
            return checks.Merge(CheckOptions.Parse(text));
        }
        catch (FormatException)
        {
            return checks;
        }
    }
}
