using System.Diagnostics.CodeAnalysis;
using SharpBuild.Parser.Grammars;

namespace SharpBuild.Parser.Syntax;

/// <summary>The value of <c>--chmod</c>: an octal mode, or changes such as <c>u=rwX,go=rX</c>. Immutable.</summary>
public sealed class ChmodSpec
{
    private const int SetUid = 0x800;
    private const int SetGid = 0x400;
    private const int Sticky = 0x200;
    private const int AllExecute = 0x49;

    private readonly int octal;
    private readonly ChmodClause[]? clauses;

    private ChmodSpec(int octal, ChmodClause[]? clauses)
    {
        this.octal = octal;
        this.clauses = clauses;
    }

    /// <summary>Whether the mode is octal: the same for every file, and for parents that are made on the way.</summary>
    public bool IsOctal => clauses is null;

    /// <summary>Reads an expanded value.</summary>
    /// <param name="text">Octal up to 07777, or symbolic.</param>
    /// <param name="spec">The value.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ChmodSpec? spec)
    {
        if (ChmodGrammar.Octal.Parse(text) is { Success: true, Value: var mode })
        {
            spec = new(mode, null);
            return true;
        }

        var symbolic = ChmodGrammar.Symbolic.Parse(text);
        spec = symbolic.Success ? new(0, symbolic.Value) : null;
        return symbolic.Success;
    }

    /// <summary>The permission bits that a file gets.</summary>
    /// <param name="mode">Its bits so far; those of the file type are ignored.</param>
    /// <param name="isDirectory">Whether it is a directory, for <c>X</c>.</param>
    public int Apply(int mode, bool isDirectory)
    {
        if (clauses is null)
        {
            return octal;
        }

        var current = mode & 0xFFF;
        foreach (var clause in clauses)
        {
            foreach (var action in clause.Actions)
            {
                current = Apply(current, clause.Who, action, isDirectory || (mode & AllExecute) != 0);
            }
        }

        return current;
    }

    private static int Apply(int mode, string who, ChmodAction action, bool isExecutable)
    {
        var classes = who.Length == 0 || who.Contains('a', StringComparison.Ordinal) ? "ugo" : who;
        var (affected, bits) = (0, 0);
        foreach (var target in classes)
        {
            affected |= MaskOf(target);
            foreach (var permission in action.Permissions)
            {
                bits |= BitsOf(permission, target, mode, action.Operation, isExecutable);
            }
        }

        return action.Operation switch
        {
            '+' => mode | bits,
            '-' => mode & ~bits,
            _ => (mode & ~affected) | bits,
        };
    }

    // s acts on the owner's and the group's class, t on all but "other" alone.
    private static int BitsOf(char permission, char target, int mode, char operation, bool isExecutable) => permission switch
    {
        'r' => 4 << Shift(target),
        'w' => 2 << Shift(target),
        'x' => 1 << Shift(target),
        'X' => isExecutable || operation == '-' ? 1 << Shift(target) : 0,
        's' => target switch { 'u' => SetUid, 'g' => SetGid, _ => 0 },
        't' => target == 'o' ? 0 : Sticky,
        _ => ((mode >> Shift(permission)) & 7) << Shift(target),
    };

    private static int MaskOf(char target) => (7 << Shift(target)) | target switch { 'u' => SetUid, 'g' => SetGid, _ => 0 };

    private static int Shift(char target) => target switch { 'u' => 6, 'g' => 3, _ => 0 };
}

/// <summary>One part of a symbolic mode: whom it concerns and what changes.</summary>
/// <param name="Who">Letters of <c>ugoa</c>, perhaps none.</param>
/// <param name="Actions">At least one.</param>
internal sealed record ChmodClause(string Who, ChmodAction[] Actions);

/// <summary>One change of a symbolic mode.</summary>
/// <param name="Operation"><c>+</c>, <c>-</c> or <c>=</c>.</param>
/// <param name="Permissions">Letters of <c>rwxXstugo</c>, perhaps none.</param>
internal sealed record ChmodAction(char Operation, string Permissions);
