using System.Collections.Immutable;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Reading;

/// <summary>The flags of one instruction, checked against what the instruction has.</summary>
internal sealed class FlagSet(ImmutableArray<FlagPart> flags)
{
    private static readonly FlagSet Empty = new([]);

    /// <summary>Checks the flags of an instruction; those that are wrong are reported and left out.</summary>
    public static FlagSet Read(InstructionParts parts, Diagnostics diagnostics)
    {
        if (parts.Flags.IsEmpty)
        {
            return Empty;
        }

        var accepted = ImmutableArray.CreateBuilder<FlagPart>();
        foreach (var flag in parts.Flags)
        {
            if (Check(flag, parts.Name, accepted, diagnostics))
            {
                accepted.Add(flag);
            }
        }

        return new(accepted.ToImmutable());
    }

    /// <summary>The value of a flag, null when it is not given.</summary>
    public Word? Value(string name)
    {
        foreach (var flag in flags)
        {
            if (flag.Name == name)
            {
                return flag.Value;
            }
        }

        return null;
    }

    /// <summary>Every value of a flag that may be repeated.</summary>
    public ImmutableArray<Word> Values(string name) =>
        flags.IsEmpty ? [] : [.. flags.Where(f => f.Name == name).Select(static f => f.Value!)];

    /// <summary>The value of a switch, null when it is not given.</summary>
    public bool? Switch(string name)
    {
        foreach (var flag in flags)
        {
            if (flag.Name == name)
            {
                return flag.Value is null || IsTrue(flag.Value.Text);
            }
        }

        return null;
    }

    private static bool Check(FlagPart flag, string keyword, ImmutableArray<FlagPart>.Builder accepted, Diagnostics diagnostics)
    {
        var definition = Find(flag.Name, keyword);
        if (definition is null)
        {
            diagnostics.Error(
                DiagnosticCodes.UnknownFlag, flag.Span, $"{keyword} has no flag --{flag.Name}.", HintFor(flag.Name, keyword));
            return false;
        }

        if (definition.Kind != FlagKind.Repeatable && accepted.Any(f => f.Name == flag.Name))
        {
            diagnostics.Error(
                DiagnosticCodes.DuplicateFlag, flag.Span, $"The flag --{flag.Name} is given twice.", "Keep one of them.");
            return false;
        }

        return definition.Kind == FlagKind.Switch ? CheckSwitch(flag, diagnostics) : CheckValue(flag, diagnostics);
    }

    private static bool CheckSwitch(FlagPart flag, Diagnostics diagnostics)
    {
        if (flag.Value is null || IsTrue(flag.Value.Text) || string.Equals(flag.Value.Text, "false", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        diagnostics.Error(
            DiagnosticCodes.InvalidFlagValue,
            flag.Value.Text.Length > 0 ? flag.Value.Span : flag.Span,
            $"'{flag.Value.Text}' is not a value for --{flag.Name}.",
            $"Write --{flag.Name}, --{flag.Name}=true or --{flag.Name}=false.");
        return false;
    }

    private static bool CheckValue(FlagPart flag, Diagnostics diagnostics)
    {
        if (flag.Value is not null)
        {
            return true;
        }

        diagnostics.Error(
            DiagnosticCodes.FlagWithoutValue, flag.Span, $"The flag --{flag.Name} has no value.", $"Write --{flag.Name}=VALUE, without blanks around the equals sign.");
        return false;
    }

    private static bool IsTrue(string value) => string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);

    private static FlagDefinition? Find(string name, string keyword)
    {
        foreach (var definition in FlagDefinition.Of(keyword))
        {
            if (definition.Name == name)
            {
                return definition;
            }
        }

        return null;
    }

    private static string? HintFor(string name, string keyword)
    {
        var names = FlagDefinition.Of(keyword).ToArray().Select(static d => d.Name).ToArray();
        return (name, keyword) switch
        {
            ("from" or "parents", "ADD") => $"COPY has --{name}.",
            ("checksum" or "unpack" or "keep-git-dir", "COPY") => $"ADD has --{name}.",
            _ when Suggestion.Find(name, names) is { } found => $"Did you mean --{found}?",
            _ when names.Length > 0 => $"The flags of {keyword} are --{string.Join(", --", names)}.",
            _ => $"{keyword} has no flags; write -- before an argument that begins with dashes.",
        };
    }
}
