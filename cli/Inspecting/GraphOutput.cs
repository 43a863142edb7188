using System.Text;
using SharpBuild.Builder.Inspection;
using SharpBuild.Cli.Listing;
using SharpBuild.Cli.Rendering;

namespace SharpBuild.Cli.Inspecting;

/// <summary>Prints the steps of a build and what each of them reads. Numbers count in the order in which the steps could run.</summary>
internal static class GraphOutput
{
    /// <summary>Prints a graph in one of the formats.</summary>
    public static void Write(TextWriter output, StepGraph graph, string format)
    {
        switch (format)
        {
            case CallOption.Json:
                WriteJson(output, graph);
                break;
            case "mermaid":
                WriteMermaid(output, graph);
                break;
            case "dot":
                WriteDot(output, graph);
                break;
            default:
                WriteText(output, graph);
                break;
        }
    }

    private static void WriteText(TextWriter output, StepGraph graph)
    {
        var numbers = Number(graph);
        var table = new Table("STEP", "READS", "NAME");
        foreach (var step in graph.Steps)
        {
            table.Add($"{numbers[step.Digest]}", string.Join(",", step.Inputs.Distinct().Select(i => numbers[i])), DisplayText.Clean(step.Name));
        }

        table.Write(output);
    }

    private static void WriteJson(TextWriter output, StepGraph graph) => JsonLines.Write(output, indented: true, indentSize: 2, write: json =>
    {
        json.WriteStartObject();
        json.WriteString("target", graph.Target);
        json.WriteStartArray("steps");
        foreach (var step in graph.Steps)
        {
            json.WriteStartObject();
            json.WriteString("digest", step.Digest);
            json.WriteString("kind", step.Kind);
            json.WriteString("name", step.Name);
            json.WriteStartArray("inputs");
            foreach (var input in step.Inputs)
            {
                json.WriteStringValue(input);
            }

            json.WriteEndArray();
            if (step.Span is { } span)
            {
                Location.WriteLines(json, graph.Source, span);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteMermaid(TextWriter output, StepGraph graph)
    {
        var numbers = Number(graph);
        output.Write("flowchart LR\n");
        foreach (var step in graph.Steps)
        {
            output.Write($"    s{numbers[step.Digest]}[\"{EscapeMermaid(DisplayText.Clean(step.Name))}\"]\n");
        }

        WriteEdges(output, graph, numbers, "-->");
    }

    private static void WriteDot(TextWriter output, StepGraph graph)
    {
        var numbers = Number(graph);
        output.Write("digraph build {\n    rankdir=LR;\n    node [shape=box];\n");
        foreach (var step in graph.Steps)
        {
            var label = DisplayText.Clean(step.Name).Replace("\\", "\\\\").Replace("\"", "\\\"");
            output.Write($"    s{numbers[step.Digest]} [label=\"{label}\"];\n");
        }

        WriteEdges(output, graph, numbers, "->", ";");
        output.Write("}\n");
    }

    private static void WriteEdges(TextWriter output, StepGraph graph, Dictionary<string, int> numbers, string arrow, string end = "")
    {
        foreach (var step in graph.Steps)
        {
            foreach (var input in step.Inputs.Distinct())
            {
                output.Write($"    s{numbers[input]} {arrow} s{numbers[step.Digest]}{end}\n");
            }
        }
    }

    // Mermaid reads Markdown and HTML in labels; its own entities are numbers behind '#'.
    private static string EscapeMermaid(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character is '"' or '#' or '<' or '>' or '&' or '`' or '*' or '_' or ';')
            {
                escaped.Append('#').Append((int)character).Append(';');
            }
            else
            {
                escaped.Append(character);
            }
        }

        return escaped.ToString();
    }

    private static Dictionary<string, int> Number(StepGraph graph)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var step in graph.Steps)
        {
            numbers.TryAdd(step.Digest, numbers.Count + 1);
        }

        return numbers;
    }
}
