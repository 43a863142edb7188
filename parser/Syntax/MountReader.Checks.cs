namespace SharpBuild.Parser.Syntax;

internal sealed partial class MountReader
{
    private MountOptions Complete()
    {
        CheckFileOptions();
        CheckSharing();
        return options.Kind switch
        {
            MountKind.Secret => CompleteSecret(),
            MountKind.Ssh => options with { IsReadOnly = isReadOnly ?? true },
            MountKind.Cache or MountKind.Tmpfs => options with { Source = Source, IsReadOnly = isReadOnly ?? false },
            _ => options with { Source = Source, IsReadOnly = isReadOnly ?? true },
        };
    }

    private string Source => source.Length == 0 ? "/" : source;

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

    // A secret is named by id, by source, or by the last part of its target.
    private MountOptions CompleteSecret()
    {
        if (!string.IsNullOrEmpty(options.From))
        {
            throw new MountSyntaxException("A secret mount cannot have 'from'.", "Remove it: secrets come from --secret of the build command.");
        }

        if (source.Length > 0 && !string.IsNullOrEmpty(options.Id))
        {
            throw new MountSyntaxException("A secret mount has both 'source' and 'id'.", "Keep 'id': both name the secret.");
        }

        var id = string.IsNullOrEmpty(options.Id) ? source : options.Id;
        if (id.Length == 0)
        {
            id = string.IsNullOrEmpty(options.Target)
                ? throw new MountSyntaxException("A secret mount names no secret.", "Add id=NAME, the name given to --secret id=NAME.")
                : options.Target.TrimEnd('/')[(options.Target.TrimEnd('/').LastIndexOf('/') + 1)..];
        }

        return options with { Id = id, IsReadOnly = isReadOnly ?? true };
    }
}
