using SharpBuild.Cli.Rendering;

namespace SharpBuild.Cli.Listing;

/// <summary>Columns of text, as wide as their widest cell; three blanks between, as docker prints them.</summary>
internal sealed class Table
{
    private readonly List<string[]> rows = [];

    /// <summary>The blanks between columns.</summary>
    public int Gap { get; init; } = 3;

    /// <summary>Starts a table with its headings.</summary>
    public Table(params string[] headings) => rows.Add(headings);

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells) => rows.Add(Array.ConvertAll(cells, DisplayText.Clean));

    /// <summary>Prints it.</summary>
    public void Write(TextWriter output)
    {
        var widths = new int[rows[0].Length];
        foreach (var row in rows)
        {
            for (var column = 0; column < row.Length; column++)
            {
                widths[column] = Math.Max(widths[column], row[column].Length);
            }
        }

        foreach (var row in rows)
        {
            for (var column = 0; column < row.Length; column++)
            {
                output.Write(column == row.Length - 1 ? row[column] : row[column].PadRight(widths[column] + Gap));
            }

            output.Write('\n');
        }
    }
}
