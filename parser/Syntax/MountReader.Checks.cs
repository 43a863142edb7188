using SharpBuild.Parser.Ignoring;

namespace SharpBuild.Parser.Syntax;

internal sealed partial class MountReader
{
    private MountOptions Complete()
    {
        CheckFileOptions();
        CheckSharing();

        // An option with an empty value is one that was not given: "from=${BASE}" without BASE is the build context.
        options = options with { From = NullIfEmpty(options.From), Target = NullIfEmpty(options.Target), Id = NullIfEmpty(options.Id) };
        return options.Kind switch
        {
            MountKind.Secret => CompleteSecret(),
            MountKind.Ssh => CompleteSsh(),
            MountKind.Cache => CompleteCache(),
            MountKind.Tmpfs => options with { Source = Source, IsReadOnly = isReadOnly ?? false },
            _ => options with { Source = Source, IsReadOnly = isReadOnly ?? true },
        };
    }

    private string Source => source.Length == 0 ? "/" : source;

    private static string? NullIfEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private void CheckFileOptions()
    {
        if (options.Kind is MountKind.Secret or MountKind.Ssh or MountKind.Cache)
        {
            return;
        }

        var key = options.Mode is not null ? "mode" : options.Uid is not null ? "uid" : options.Gid is not null ? "gid" : null;
        if (key is not null)
        {
            throw new MountSyntaxException(
                $"'{key}' is not an option of {Article(options.Kind)} mount.", "It belongs to cache, secret and ssh mounts.");
        }
    }

    private void CheckSharing()
    {
        if (sharing is { } value)
        {
            options = options.Kind == MountKind.Cache
                ? options with { Sharing = value }
                : throw new MountSyntaxException($"'sharing' is not an option of {Article(options.Kind)} mount.", "It belongs to cache mounts.");
        }
    }

    // The id is the target as it was written: a relative one names the same cache in every working directory.
    private MountOptions CompleteCache() =>
        options with { Source = Source, Id = options.Id ?? CleanPath.Of(options.Target ?? ""), IsReadOnly = isReadOnly ?? false };

    private MountOptions CompleteSsh() => source.Length == 0
        ? options with { IsReadOnly = isReadOnly ?? true }
        : throw new MountSyntaxException("An ssh mount cannot have 'source'.", "Name the agent with id=…, as given to --ssh of the build command.");

    // A secret is named by id, by source, or by the last part of its target.
    private MountOptions CompleteSecret()
    {
        if (options.From is not null)
        {
            throw new MountSyntaxException("A secret mount cannot have 'from'.", "Remove it: secrets come from --secret of the build command.");
        }

        if (source.Length > 0 && options.Id is not null)
        {
            throw new MountSyntaxException("A secret mount has both 'source' and 'id'.", "Keep 'id': both name the secret.");
        }

        if (options.EnvironmentVariable is "")
        {
            throw new MountSyntaxException("The option 'env' of a secret mount names no variable.", "Write env=NAME, or leave 'env' out to get the secret as a file.");
        }

        var id = options.Id ?? NullIfEmpty(source) ?? LastElement(options.Target)
            ?? throw new MountSyntaxException("A secret mount names no secret.", "Add id=NAME, the name given to --secret id=NAME.");
        return options with { Id = id, IsReadOnly = isReadOnly ?? true };
    }

    private static string? LastElement(string? path) => path?.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed[(trimmed.LastIndexOf('/') + 1)..] : null;
}
