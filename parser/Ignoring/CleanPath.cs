namespace SharpBuild.Parser.Ignoring;

/// <summary>The shortest path with the same meaning, by text alone: what Go calls <c>path.Clean</c>.</summary>
internal static class CleanPath
{
    /// <summary>Removes doubled slashes, <c>.</c>, and <c>..</c> together with the element before it; "." for nothing.</summary>
    public static string Of(string path)
    {
        var isRooted = path.StartsWith('/');
        var elements = new List<string>();
        foreach (var element in path.Split('/'))
        {
            if (element is "" or ".")
            {
                continue;
            }

            if (element == ".." && (isRooted || elements is [.., not ".."]))
            {
                RemoveLast(elements);
                continue;
            }

            elements.Add(element);
        }

        var joined = string.Join('/', elements);
        return isRooted ? "/" + joined : joined.Length == 0 ? "." : joined;
    }

    private static void RemoveLast(List<string> elements)
    {
        if (elements.Count > 0)
        {
            elements.RemoveAt(elements.Count - 1);
        }
    }
}
