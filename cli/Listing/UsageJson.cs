using SharpBuild.Cache.Space;

namespace SharpBuild.Cli.Listing;

/// <summary>What takes up space, one JSON object a line, with the member names of <c>docker buildx du --format json</c>.</summary>
internal static class UsageJson
{
    /// <summary>Prints it.</summary>
    public static void Write(TextWriter output, IReadOnlyList<UsageItem> items)
    {
        foreach (var item in items)
        {
            JsonLines.WriteLine(output, json =>
            {
                json.WriteString("ID", item.Id);
                json.WriteStartArray("Parents");
                foreach (var parent in item.Parents)
                {
                    json.WriteStringValue(parent);
                }

                json.WriteEndArray();
                json.WriteString("CreatedAt", item.Created);
                json.WriteString("LastUsedAt", item.LastUsed);
                json.WriteBoolean("Mutable", item.IsMutable);
                json.WriteBoolean("Reclaimable", item.IsReclaimable);
                json.WriteBoolean("Shared", item.IsShared);
                json.WriteBoolean("InUse", item.IsInUse);
                json.WriteNumber("Size", item.Size);
                json.WriteString("Type", item.Kind.Name());
                json.WriteString("Description", item.Description);
            });
        }
    }
}
