using System.Text;
using System.Text.Json;
using SharpBuild.Parser.Grammars;

namespace SharpBuild.Parser;

/// <summary>The language that a file asks for with <c># syntax=</c>. We speak one, the Dockerfile's own.</summary>
public static class FrontendSyntax
{
    /// <summary>
    /// Whether a value of <c>syntax</c> (or of <c>BUILDKIT_SYNTAX</c>) means the Dockerfile language: <c>docker/dockerfile</c>
    /// of any tag, its upstream builds, and copies of both in other registries.
    /// </summary>
    /// <param name="value">An image reference, perhaps with arguments behind a blank.</param>
    public static bool IsBuiltIn(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var reference = value.Split(' ', 2)[0];
        var name = reference[(reference.LastIndexOf('/') + 1)..];
        var end = name.AsSpan().IndexOfAny(':', '@');
        return (end < 0 ? name : name[..end]) is "dockerfile" or "dockerfile-upstream" or "dockerfile.v0";
    }

    /// <summary>The value that a file asks for; null when it asks for none.</summary>
    /// <param name="source">The file: <c># syntax=</c>, <c>// syntax=</c> or a JSON object, behind a <c>#!</c> line too.</param>
    public static string? Detect(SourceText source) => Find(source)?.Value;

    internal static void Check(SourceText source, Diagnostics diagnostics)
    {
        if (Find(source) is { } found && !IsBuiltIn(found.Value))
        {
            diagnostics.Error(
                DiagnosticCodes.ForeignSyntax,
                found.Span,
                $"The file asks for the frontend {found.Value}, which cannot be run here.",
                "Only the Dockerfile language is built in: remove the line, or use docker/dockerfile.");
        }
    }

    private static (string Value, SourceSpan Span)? Find(SourceText source)
    {
        if (source.Content.Length == 0)
        {
            return null;
        }

        var first = source.GetLine(1).StartsWith("#!") ? 2 : 1;
        return FindDirective(source, first, "#") ?? FindDirective(source, first, "//") ?? FindMember(source, first);
    }

    private static (string Value, SourceSpan Span)? FindDirective(SourceText source, int first, string prefix)
    {
        for (var number = first; number <= source.LineCount && source.GetLine(number).StartsWith(prefix); number++)
        {
            var line = source.GetLine(number);
            var result = DirectiveGrammar.Line.Parse(string.Concat("#", line[prefix.Length..]));
            if (!result.Success || result.Value.Name is not ("syntax" or "escape" or "check"))
            {
                return null;
            }

            if (result.Value.Name == "syntax")
            {
                var start = source.GetLineStart(number);
                return (result.Value.Value.Split(' ', 2)[0], new(start, start + line.Length));
            }
        }

        return null;
    }

    private static (string Value, SourceSpan Span)? FindMember(SourceText source, int first)
    {
        var start = first <= source.LineCount ? source.GetLineStart(first) : source.Content.Length;
        var json = source.Content.AsSpan(start);
        if (!json.TrimStart().StartsWith('{'))
        {
            return null;
        }

        try
        {
            // Through bytes: what is no character becomes U+FFFD instead of an exception.
            var bytes = new byte[Encoding.UTF8.GetByteCount(json)];
            Encoding.UTF8.GetBytes(json, bytes);
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.TryGetProperty("syntax", out var value) && value.ValueKind == JsonValueKind.String
                ? (value.GetString()!, new(start, start + source.GetLine(first).Length))
                : null;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
