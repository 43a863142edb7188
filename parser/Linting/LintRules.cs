using System.Collections.Immutable;

namespace SharpBuild.Parser.Linting;

/// <summary>Every build check: BuildKit's 22 under their own names, then ours.</summary>
public static class LintRules
{
    private const string Pages = "https://docs.docker.com/go/dockerfile/rule/";

    /// <summary>The check with that code; null when it is none.</summary>
    public static LintRule? Find(string code)
    {
        foreach (var rule in All)
        {
            if (rule.Code == code)
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>The checks, by code.</summary>
    public static ImmutableArray<LintRule> All { get; } =
    [
        new("SB2001", "StageNameCasing", "Stage names are written in lower case.")
        {
            Url = Pages + "stage-name-casing/", Check = StageRules.StageNameCasing,
        },
        new("SB2002", "FromAsCasing", "AS is written in the case of its FROM.")
        {
            Url = Pages + "from-as-casing/", Check = StageRules.FromAsCasing,
        },
        new("SB2003", "ConsistentInstructionCasing", "All instructions of a file are written in one case.")
        {
            Url = Pages + "consistent-instruction-casing/", Check = InstructionRules.ConsistentInstructionCasing,
        },
        new("SB2004", "NoEmptyContinuation", "No blank line stands inside a continued instruction.")
        {
            Url = Pages + "no-empty-continuation/", Check = InstructionRules.NoEmptyContinuation,
        },
        new("SB2005", "DuplicateStageName", "Each stage has a name of its own.")
        {
            Url = Pages + "duplicate-stage-name/", Check = StageRules.DuplicateStageName,
        },
        new("SB2006", "ReservedStageName", "No stage is named scratch or context.")
        {
            Url = Pages + "reserved-stage-name/", Check = StageRules.ReservedStageName,
        },
        new("SB2007", "JSONArgsRecommended", "CMD and ENTRYPOINT use exec form, so that the program gets signals.")
        {
            Url = Pages + "json-args-recommended/", Check = InstructionRules.JsonArgsRecommended,
        },
        new("SB2008", "MaintainerDeprecated", "A label names the author, not MAINTAINER.")
        {
            Url = Pages + "maintainer-deprecated/", Check = InstructionRules.MaintainerDeprecated,
        },
        new("SB2009", "UndefinedArgInFrom", "FROM uses only ARGs that are declared before the first stage.")
        {
            Url = Pages + "undefined-arg-in-from/", Check = StageRules.UndefinedArgInFrom,
        },
        new("SB2010", "UndefinedVar", "Variables are defined before they are used.")
        {
            Url = Pages + "undefined-var/", Check = ValueRules.UndefinedVar,
        },
        new("SB2011", "InvalidDefaultArgInFrom", "The defaults of ARGs make a valid base image name.")
        {
            Url = Pages + "invalid-default-arg-in-from/", Check = StageRules.InvalidDefaultArgInFrom,
        },
        new("SB2012", "InvalidBaseImagePlatform", "The base image is for the platform that is built.")
        {
            Check = StageRules.InvalidBaseImagePlatform,
        },
        new("SB2013", "RedundantTargetPlatform", "--platform=$TARGETPLATFORM is left out, being the default.")
        {
            Url = Pages + "redundant-target-platform/", Check = StageRules.RedundantTargetPlatform,
        },
        new("SB2014", "FromPlatformFlagConstDisallowed", "FROM does not fix a platform.")
        {
            Url = Pages + "from-platform-flag-const-disallowed/", Check = StageRules.FromPlatformFlagConstDisallowed,
        },
        new("SB2015", "WorkdirRelativePath", "The first WORKDIR is absolute.")
        {
            Url = Pages + "workdir-relative-path/", Check = InstructionRules.WorkdirRelativePath,
        },
        new("SB2016", "MultipleInstructionsDisallowed", "A stage has one CMD, one ENTRYPOINT and one HEALTHCHECK.")
        {
            Url = Pages + "multiple-instructions-disallowed/", Check = InstructionRules.MultipleInstructionsDisallowed,
        },
        new("SB2017", "LegacyKeyValueFormat", "ENV and LABEL use the form NAME=VALUE.")
        {
            Url = Pages + "legacy-key-value-format/", Check = InstructionRules.LegacyKeyValueFormat,
        },
        new("SB2018", "SecretsUsedInArgOrEnv", "Secrets do not go into ARG or ENV.")
        {
            Url = Pages + "secrets-used-in-arg-or-env/", Check = ValueRules.SecretsUsedInArgOrEnv,
        },
        new("SB2019", "CopyIgnoredFile", "COPY and ADD take no file that the ignore file leaves out.")
        {
            Url = Pages + "copy-ignored-file/", Check = ValueRules.CopyIgnoredFile,
        },
        new("SB2020", "ExposeProtoCasing", "The protocol in EXPOSE is written in lower case.")
        {
            Url = Pages + "expose-proto-casing/", Check = ValueRules.ExposeProtoCasing,
        },
        new("SB2021", "ExposeInvalidFormat", "EXPOSE names ports of the container only.")
        {
            Url = Pages + "expose-invalid-format/", Check = ValueRules.ExposeInvalidFormat,
        },
        new("SB2022", "InvalidDefinitionDescription", "A comment above an ARG or a stage describes it.")
        {
            Url = Pages + "invalid-definition-description/", IsExperimental = true, Check = InstructionRules.InvalidDefinitionDescription,
        },
        new("SB2101", "HeredocHidesFailures", "A heredoc of several commands begins with set -e.") { Check = OwnRules.HeredocHidesFailures },
        new("SB2102", "UnknownBuildArgument", "Each given build argument is declared by an ARG.") { Check = OwnRules.UnknownBuildArgument },
        new("SB2103", "AptUpdateAlone", "apt-get update and install share a RUN.") { Check = OwnRules.AptUpdateAlone },
        new("SB2104", "MalformedExecForm", "What looks like a JSON array is one.") { Check = OwnRules.MalformedExecForm },
        new("SB2105", "CopySourceMissing", "What COPY and ADD name is in the context.") { Check = OwnRules.CopySourceMissing },
    ];
}
