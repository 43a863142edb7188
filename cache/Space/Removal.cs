using SharpBuild.Cache.Storage;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Space;

/// <summary>
/// Takes things out of the store that others may be about to use. They mark what they find as used and then look whether it is there;
/// here it is renamed away and then looked at: whoever was first, either they miss it, or we see their mark and put it back.
/// </summary>
internal sealed class Removal(StoreSession session)
{
    /// <summary>Removes all of them, in order, or none: when one was used meanwhile, those before it come back.</summary>
    public bool Remove(IEnumerable<UsedFile> files)
    {
        var taken = new List<(string From, string To)>();
        foreach (var file in files)
        {
            if (!FileStatuses.TryGet(file.Path, out var status))
            {
                continue;
            }

            if (status.Modified != file.LastUsed)
            {
                PutBack(taken);
                return false;
            }

            // Whoever writes something removes it, too, and asks nobody: a file that goes meanwhile is gone.
            var aside = session.NewPath();
            if (!TryMove(file.Path, aside))
            {
                continue;
            }

            taken.Add((file.Path, aside));
            if (!FileStatuses.TryGet(aside, out status) || status.Modified != file.LastUsed)
            {
                PutBack(taken);
                return false;
            }
        }

        foreach (var (_, aside) in taken)
        {
            TreeRemover.Remove(aside);
        }

        return true;
    }

    private static bool TryMove(string from, string to)
    {
        try
        {
            return Inodes.TryRename(from, to);
        }
        catch (SyscallException exception) when (exception.Errno == Errno.ENOENT)
        {
            return false;
        }
    }

    // Somebody who missed it may have made it anew, and be standing on that: his stays.
    private static void PutBack(List<(string From, string To)> taken)
    {
        for (var i = taken.Count - 1; i >= 0; i--)
        {
            if (!TryMove(taken[i].To, taken[i].From))
            {
                TreeRemover.Remove(taken[i].To);
            }
        }
    }
}
