namespace SharpBuild.Parser;

/// <summary>The stable codes of what can be wrong with a Dockerfile; <c>docs/errors</c> has a page for each.</summary>
public static class DiagnosticCodes
{
    /// <summary>A keyword that is no instruction.</summary>
    public const string UnknownInstruction = "SB1001";

    /// <summary>A flag that the instruction does not have.</summary>
    public const string UnknownFlag = "SB1002";

    /// <summary>A flag that needs a value and has none.</summary>
    public const string FlagWithoutValue = "SB1003";

    /// <summary>A flag that is given twice.</summary>
    public const string DuplicateFlag = "SB1004";

    /// <summary>A flag whose value is not allowed.</summary>
    public const string InvalidFlagValue = "SB1005";

    /// <summary>Too few or too many arguments.</summary>
    public const string WrongArgumentCount = "SB1006";

    /// <summary>FROM that is neither <c>FROM image</c> nor <c>FROM image AS name</c>.</summary>
    public const string MalformedFrom = "SB1007";

    /// <summary>A stage name with forbidden characters.</summary>
    public const string InvalidStageName = "SB1008";

    /// <summary>A word that should read <c>key=value</c>.</summary>
    public const string MissingEqualsSign = "SB1009";

    /// <summary>A key, name or path that is empty.</summary>
    public const string BlankName = "SB1010";

    /// <summary>A JSON array with something else than strings in it.</summary>
    public const string ExecFormNotStrings = "SB1011";

    /// <summary>A heredoc whose closing line is missing.</summary>
    public const string UnterminatedHeredoc = "SB1012";

    /// <summary>A heredoc in a place that cannot take one.</summary>
    public const string MisplacedHeredoc = "SB1013";

    /// <summary>A parser directive that is repeated or has a bad value.</summary>
    public const string InvalidDirective = "SB1014";

    /// <summary>A line of more than 65535 bytes.</summary>
    public const string LineTooLong = "SB1015";

    /// <summary>A file without a stage.</summary>
    public const string NoStages = "SB1016";

    /// <summary>An instruction that needs a FROM before it.</summary>
    public const string InstructionBeforeFrom = "SB1017";

    /// <summary>SHELL that is not a JSON array.</summary>
    public const string ShellNotJson = "SB1018";

    /// <summary>HEALTHCHECK that is neither NONE nor CMD.</summary>
    public const string MalformedHealthcheck = "SB1019";

    /// <summary>An instruction that ONBUILD cannot hold.</summary>
    public const string InvalidTrigger = "SB1020";

    /// <summary>A <c>RUN --mount</c> that makes no sense.</summary>
    public const string InvalidMount = "SB1021";

    /// <summary>A variable where none is expanded.</summary>
    public const string VariableNotAllowed = "SB1022";

    /// <summary>A variable that cannot be substituted.</summary>
    public const string BadSubstitution = "SB1023";

    /// <summary>A <c>--chmod</c> that is neither octal nor symbolic.</summary>
    public const string InvalidChmod = "SB1024";

    /// <summary>A pattern of an ignore file that cannot be read.</summary>
    public const string InvalidPattern = "SB1025";

    /// <summary>A continuation with nothing to continue.</summary>
    public const string DanglingContinuation = "SB1026";

    /// <summary>A <c># syntax=</c> that asks for another language.</summary>
    public const string ForeignSyntax = "SB1027";

    /// <summary>A port that EXPOSE cannot read.</summary>
    public const string InvalidPort = "SB1028";

    /// <summary>A signal that STOPSIGNAL does not know.</summary>
    public const string InvalidSignal = "SB1029";
}
