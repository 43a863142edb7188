using System.Collections.Immutable;
using System.Text;
using SharpBuild.Builder;
using SharpBuild.Cli.Arguments;

namespace SharpBuild.Cli.Building;

/// <summary><c>--secret</c>.</summary>
internal static class SecretOption
{
    /// <summary>Reads all of them. Without a type an environment variable of the id's name wins over a file, as with buildx.</summary>
    /// <param name="words">The values of the option.</param>
    /// <param name="lookup">Reads an environment variable.</param>
    /// <param name="onUnset">Hears of a variable that was named and is not set: the secret is empty then, as with BuildKit.</param>
    public static ImmutableDictionary<string, SecretSource> ReadAll(IReadOnlyList<string> words, Func<string, string?> lookup, Action<string> onUnset)
    {
        var secrets = ImmutableDictionary<string, SecretSource>.Empty;
        foreach (var word in words)
        {
            var (id, source) = Read(word, lookup, onUnset);
            secrets = secrets.SetItem(id, source);
        }

        return secrets;
    }

    private static (string Id, SecretSource Source) Read(string word, Func<string, string?> lookup, Action<string> onUnset)
    {
        string? id = null, type = null, file = null, variable = null;
        foreach (var field in CsvFields.Split(word))
        {
            var (key, value) = CsvFields.Pair(field);
            switch (key)
            {
                case "id":
                    id = value;
                    break;
                case "type" when value is "file" or "env":
                    type = value;
                    break;
                case "src" or "source":
                    file = value;
                    break;
                case "env":
                    variable = value;
                    break;
                default:
                    throw new UsageException($"--secret: '{field}' is not understood; use type=file|env, id, src and env");
            }
        }

        if (string.IsNullOrEmpty(id))
        {
            throw new UsageException($"--secret '{word}' has no id: write id=ID,src=PATH");
        }

        return (id, Source(id, type, file, variable, lookup, onUnset));
    }

    private static SecretSource Source(string id, string? type, string? file, string? variable, Func<string, string?> lookup, Action<string> onUnset)
    {
        if (type == "env" || variable is not null || (type is null && file is null && lookup(id) is not null))
        {
            // `src` names the variable when the type says env, as buildx has it.
            var name = variable ?? file ?? id;
            if (lookup(name) is { } value)
            {
                return new(null, Encoding.UTF8.GetBytes(value));
            }

            if ((variable ?? file) is null)
            {
                throw new UsageException($"--secret {id}: the environment has no variable '{name}'");
            }

            onUnset($"the secret '{id}' is empty: the environment has no variable '{name}'");
            return new(null, ReadOnlyMemory<byte>.Empty);
        }

        var path = Path.GetFullPath(file ?? id);
        return File.Exists(path) ? new(path, null) : throw new UsageException($"--secret {id}: there is no file '{file ?? id}'");
    }
}
