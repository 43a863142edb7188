using System.Collections.Immutable;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Expansion;

/// <summary>Which words of an instruction are expanded.</summary>
internal static class ExpandedWords
{
    /// <summary>The words of an instruction that a build expands as single words, in order.</summary>
    public static IEnumerable<Word> Of(Instruction instruction) => instruction switch
    {
        CopyInstruction copy => [.. Some(copy.Chown), .. Some(copy.Chmod), .. PathsOf(copy.Sources), copy.Destination],
        AddInstruction add => [.. Some(add.Chown), .. Some(add.Chmod), .. Some(add.Checksum), .. PathsOf(add.Sources), add.Destination],
        EnvInstruction env => env.Variables.SelectMany(static v => new[] { v.Key, v.Value }),
        RunInstruction run => run.Mounts,
        LabelInstruction label => label.Labels.SelectMany(static v => new[] { v.Key, v.Value }),
        StopSignalInstruction stop => [stop.Signal],
        UserInstruction user => [user.User],
        VolumeInstruction volume => volume.Paths,
        WorkdirInstruction workdir => [workdir.Path],
        _ => [],
    };

    /// <summary>The heredocs whose text is expanded.</summary>
    public static IEnumerable<Heredoc> HeredocsOf(Instruction instruction) => (instruction switch
    {
        CopyInstruction copy => copy.Sources,
        AddInstruction add => add.Sources,
        _ => [],
    }).OfType<HeredocSource>().Select(static s => s.Heredoc).Where(static h => h.Expand);

    private static ImmutableArray<Word> Some(Word? word) => word is null ? [] : [word];

    private static IEnumerable<Word> PathsOf(ImmutableArray<CopySource> sources) =>
        sources.OfType<PathSource>().Select(static s => s.Path);
}
