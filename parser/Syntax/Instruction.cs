using System.Collections.Immutable;

namespace SharpBuild.Parser.Syntax;

/// <summary>One instruction as written. The family is closed: every switch over it names all leaves.</summary>
/// <param name="Span">From the keyword to the last character, heredocs included.</param>
public abstract record Instruction(SourceSpan Span)
{
    /// <summary>The keyword in upper case.</summary>
    public abstract string Keyword { get; }

    /// <summary>
    /// The instruction as one line, continuations joined, no heredoc bodies: keyword as written, blanks at both ends
    /// removed. BuildKit's step names show it with the keyword in upper case.
    /// </summary>
    public string Text { get; init; } = "";

    /// <summary>The comment lines above, without <c>#</c>: they describe ARGs and stages and may carry <c>check=skip=…</c>.</summary>
    public ImmutableArray<string> Comments { get; init; } = [];

    /// <summary>The keyword as written.</summary>
    public Word WrittenKeyword { get; init; } = new("", Span);
}

/// <summary><c>FROM [--platform=P] image [AS name]</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Image">The base image or stage, unexpanded.</param>
/// <param name="Platform">The <c>--platform</c> value, unexpanded.</param>
/// <param name="Name">The stage name as written.</param>
public sealed record FromInstruction(SourceSpan Span, Word Image, Word? Platform, Word? Name) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "FROM";

    /// <summary>The word AS as written; null without a name.</summary>
    public Word? As { get; init; }
}

/// <summary><c>ARG name[=default] …</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Declarations">At least one.</param>
public sealed record ArgInstruction(SourceSpan Span, ImmutableArray<ArgDeclaration> Declarations) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "ARG";
}

/// <summary>One name of an ARG.</summary>
/// <param name="Name">The variable's name, unexpanded.</param>
/// <param name="Default">The default, unexpanded; null when there is no <c>=</c>, which differs from an empty default.</param>
public sealed record ArgDeclaration(Word Name, Word? Default);

/// <summary><c>ENV k=v …</c> or the legacy <c>ENV k v</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Variables">At least one.</param>
/// <param name="IsLegacy">True for <c>ENV k v</c>.</param>
public sealed record EnvInstruction(SourceSpan Span, ImmutableArray<KeyValueWord> Variables, bool IsLegacy) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "ENV";
}

/// <summary><c>LABEL k=v …</c> or the legacy <c>LABEL k v</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Labels">At least one.</param>
/// <param name="IsLegacy">True for <c>LABEL k v</c>.</param>
public sealed record LabelInstruction(SourceSpan Span, ImmutableArray<KeyValueWord> Labels, bool IsLegacy) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "LABEL";
}

/// <summary><c>RUN [flags] command</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Command">What to run.</param>
/// <param name="Mounts">Each <c>--mount</c> value as written (CSV; its options are expanded, then read by <see cref="MountOptions"/>).</param>
/// <param name="Network">The <c>--network</c> value.</param>
/// <param name="Security">The <c>--security</c> value.</param>
/// <param name="Devices">Each <c>--device</c> value.</param>
public sealed record RunInstruction(
    SourceSpan Span,
    CommandLine Command,
    ImmutableArray<Word> Mounts,
    Word? Network,
    Word? Security,
    ImmutableArray<Word> Devices) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "RUN";
}

/// <summary>A source of COPY or ADD.</summary>
public abstract record CopySource;

/// <summary>A path, pattern or URL.</summary>
/// <param name="Path">The word, unexpanded.</param>
public sealed record PathSource(Word Path) : CopySource;

/// <summary>A heredoc: a file made of the text in the Dockerfile, named after its delimiter.</summary>
/// <param name="Heredoc">The text.</param>
public sealed record HeredocSource(Heredoc Heredoc) : CopySource;

/// <summary><c>COPY [flags] src… dst</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Sources">At least one.</param>
/// <param name="Destination">The last word, unexpanded.</param>
/// <param name="From">The <c>--from</c> value (never expanded).</param>
/// <param name="Chown">The <c>--chown</c> value.</param>
/// <param name="Chmod">The <c>--chmod</c> value.</param>
/// <param name="IsLink">True with <c>--link</c>.</param>
/// <param name="KeepsParents">True with <c>--parents</c>.</param>
/// <param name="Excludes">Each <c>--exclude</c> value.</param>
public sealed record CopyInstruction(
    SourceSpan Span,
    ImmutableArray<CopySource> Sources,
    Word Destination,
    Word? From,
    Word? Chown,
    Word? Chmod,
    bool IsLink,
    bool KeepsParents,
    ImmutableArray<Word> Excludes) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "COPY";
}

/// <summary><c>ADD [flags] src… dst</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Sources">At least one.</param>
/// <param name="Destination">The last word, unexpanded.</param>
/// <param name="Chown">The <c>--chown</c> value.</param>
/// <param name="Chmod">The <c>--chmod</c> value.</param>
/// <param name="Checksum">The <c>--checksum</c> value.</param>
/// <param name="IsLink">True with <c>--link</c>.</param>
/// <param name="KeepsGitDirectory">The <c>--keep-git-dir</c> value, null when not given.</param>
/// <param name="Unpacks">The <c>--unpack</c> value, null when not given.</param>
/// <param name="Excludes">Each <c>--exclude</c> value.</param>
public sealed record AddInstruction(
    SourceSpan Span,
    ImmutableArray<CopySource> Sources,
    Word Destination,
    Word? Chown,
    Word? Chmod,
    Word? Checksum,
    bool IsLink,
    bool? KeepsGitDirectory,
    bool? Unpacks,
    ImmutableArray<Word> Excludes) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "ADD";
}

/// <summary><c>WORKDIR path</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Path">The directory, unexpanded.</param>
public sealed record WorkdirInstruction(SourceSpan Span, Word Path) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "WORKDIR";
}

/// <summary><c>USER user[:group]</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="User">The user, unexpanded.</param>
public sealed record UserInstruction(SourceSpan Span, Word User) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "USER";
}

/// <summary><c>EXPOSE port[/protocol] …</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Ports">The words, unexpanded; after expansion each may hold several ports.</param>
public sealed record ExposeInstruction(SourceSpan Span, ImmutableArray<Word> Ports) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "EXPOSE";
}

/// <summary><c>VOLUME path …</c> or JSON.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Paths">The paths, unexpanded.</param>
public sealed record VolumeInstruction(SourceSpan Span, ImmutableArray<Word> Paths) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "VOLUME";
}

/// <summary><c>CMD command</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Command">The default command or arguments.</param>
public sealed record CmdInstruction(SourceSpan Span, CommandLine Command) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "CMD";
}

/// <summary><c>ENTRYPOINT command</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Command">The program that the container is.</param>
public sealed record EntrypointInstruction(SourceSpan Span, CommandLine Command) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "ENTRYPOINT";
}

/// <summary><c>SHELL ["program", …]</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Arguments">The shell and its arguments, at least one.</param>
public sealed record ShellInstruction(SourceSpan Span, ImmutableArray<string> Arguments) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "SHELL";
}

/// <summary><c>STOPSIGNAL signal</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Signal">The name or number, unexpanded.</param>
public sealed record StopSignalInstruction(SourceSpan Span, Word Signal) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "STOPSIGNAL";
}

/// <summary><c>HEALTHCHECK NONE</c> or <c>HEALTHCHECK [options] CMD command</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Command">The probe; null for NONE.</param>
/// <param name="Interval">The time between two probes; null when not given.</param>
/// <param name="Timeout">The time that a probe may take; null when not given.</param>
/// <param name="StartPeriod">The time in which failures do not count; null when not given.</param>
/// <param name="StartInterval">The time between two probes in the start period; null when not given.</param>
/// <param name="Retries">How many failures make the container unhealthy; null when not given.</param>
public sealed record HealthcheckInstruction(
    SourceSpan Span,
    CommandLine? Command,
    TimeSpan? Interval,
    TimeSpan? Timeout,
    TimeSpan? StartPeriod,
    TimeSpan? StartInterval,
    int? Retries) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "HEALTHCHECK";
}

/// <summary><c>ONBUILD instruction</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Trigger">The instruction that the child build will run, parsed.</param>
/// <param name="TriggerText">Its text, heredocs included, as the image config keeps it.</param>
public sealed record OnBuildInstruction(SourceSpan Span, Instruction Trigger, string TriggerText) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "ONBUILD";
}

/// <summary><c>MAINTAINER name</c>.</summary>
/// <param name="Span">The instruction.</param>
/// <param name="Name">The author.</param>
public sealed record MaintainerInstruction(SourceSpan Span, string Name) : Instruction(Span)
{
    /// <inheritdoc/>
    public override string Keyword => "MAINTAINER";
}
