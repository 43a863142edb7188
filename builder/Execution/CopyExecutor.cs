using System.Text;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Cache.Content;
using SharpBuild.Cache.Copying;

namespace SharpBuild.Builder.Execution;

/// <summary>Does what COPY and ADD ask for: files of one source together, in the order of the instruction, then inline files.</summary>
internal sealed class CopyExecutor(SourceTrees trees, EarlierCopies earlier)
{
    /// <summary>Copies into a layer.</summary>
    /// <returns>A file that is not any more what it was when the step's key was made; null for none.</returns>
    /// <exception cref="CopyException">A source is missing, or a file stands in the way.</exception>
    public string? Copy(CopyStep step, LayerDraft draft, Func<Step, StepStatus> statusOf, CancellationToken cancellationToken)
    {
        var options = OptionsOf(step, draft);
        string? changed = null;
        foreach (var group in step.Parts.OfType<FilesPart>().GroupBy(p => p.Source))
        {
            var unpacks = group.Any(p => p.Unpacks);
            var selection = SourceTrees.SelectionOf(step, group);

            // An archive is unpacked over what is there: nothing may be there that another layer has, too.
            using var before = unpacks ? null : earlier.TryOpen(step, selection);
            var found = CopyFiles(statusOf(group.Key), selection, draft, options with { UnpackArchives = unpacks, Earlier = before }, cancellationToken);
            changed ??= found;
        }

        foreach (var inline in step.Parts.OfType<InlinePart>())
        {
            TreeCopier.WriteFile(new InlineFile(inline.Name, () => new MemoryStream(Encoding.UTF8.GetBytes(inline.Text))), draft, options);
        }

        return changed;
    }

    /// <summary>Fills a new cache mount with the files below <paramref name="path"/> of a tree.</summary>
    public void Seed(StepStatus source, string path, SafeFileHandle target, CancellationToken cancellationToken)
    {
        using var lease = trees.Open(source);
        TreeCopier.Copy(lease.Tree, new CopySelection { Sources = [path] }, target, new CopyOptions { Destination = "/" }, cancellationToken);
    }

    private string? CopyFiles(StepStatus source, CopySelection selection, LayerDraft draft, CopyOptions options, CancellationToken cancellationToken)
    {
        using var lease = trees.Open(source);
        var copied = trees.TryGetFound(source.Step, selection) is { } found
            ? TreeCopier.Copy(lease.Tree, found, draft, options, cancellationToken)
            : TreeCopier.Copy(lease.Tree, selection, draft, options, cancellationToken);
        return copied.ChangedPath;
    }

    private static CopyOptions OptionsOf(CopyStep step, LayerDraft draft)
    {
        using var below = step.Chown is null ? null : draft.OpenLower();
        return new CopyOptions
        {
            Destination = step.Destination,
            Owner = step.Chown is { } owner ? Owners.Resolve(below, owner) : null,
            ChangeMode = step.Chmod is { } mode ? mode.Apply : null,
            ChangesModeOfParents = step.Chmod is { IsOctal: true },
        };
    }
}
