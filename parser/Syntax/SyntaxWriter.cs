using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;

namespace SharpBuild.Parser.Syntax;

/// <summary>Writes the nodes of one tree.</summary>
internal sealed partial class SyntaxWriter(Utf8JsonWriter json, SourceText source)
{
    /// <summary>Writes a whole file.</summary>
    public void Write(Dockerfile file)
    {
        json.WriteStartObject();
        WriteDirectives(file.Directives);
        WriteInstructions("globalArgs", [.. file.GlobalArgs]);
        json.WriteStartArray("stages");
        foreach (var stage in file.Stages)
        {
            json.WriteStartObject();
            json.WritePropertyName("from");
            Write(stage.From);
            WriteInstructions("instructions", stage.Instructions);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteDirectives(ImmutableArray<Directive> directives)
    {
        if (directives.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("directives");
        foreach (var directive in directives)
        {
            json.WriteStartObject();
            json.WriteString("name", directive.Name);
            json.WriteString("value", directive.Value);
            WriteSpan(directive.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteInstructions(string name, ImmutableArray<Instruction> instructions)
    {
        if (instructions.IsEmpty)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var instruction in instructions)
        {
            Write(instruction);
        }

        json.WriteEndArray();
    }

    private void Write(Instruction instruction)
    {
        json.WriteStartObject();
        json.WriteString("instruction", instruction.Keyword);
        WriteSpan(instruction.Span);
        json.WriteString("text", instruction.Text);
        WriteStrings("comments", instruction.Comments);
        WriteMembers(instruction);
        json.WriteEndObject();
    }

    private void WriteMembers(Instruction instruction)
    {
        switch (instruction)
        {
            case FromInstruction from:
                Write("image", from.Image);
                Write("platform", from.Platform);
                Write("name", from.Name);
                break;
            case ArgInstruction arg:
                WriteList("declarations", arg.Declarations, d => WritePair(d.Name, d.Default, "name", "default"));
                break;
            case EnvInstruction env:
                WriteList("variables", env.Variables, p => WritePair(p.Key, p.Value));
                WriteTrue("legacy", env.IsLegacy);
                break;
            case LabelInstruction label:
                WriteList("labels", label.Labels, p => WritePair(p.Key, p.Value));
                WriteTrue("legacy", label.IsLegacy);
                break;
            case RunInstruction run:
                WriteWords("mounts", run.Mounts);
                Write("network", run.Network);
                Write("security", run.Security);
                WriteWords("devices", run.Devices);
                Write(run.Command);
                break;
            case CopyInstruction copy:
                WriteCopy(copy);
                break;
            case AddInstruction add:
                WriteAdd(add);
                break;
            case CmdInstruction cmd:
                Write(cmd.Command);
                break;
            case EntrypointInstruction entrypoint:
                Write(entrypoint.Command);
                break;
            case ShellInstruction shell:
                WriteStrings("exec", shell.Arguments);
                break;
            case HealthcheckInstruction healthcheck:
                WriteHealthcheck(healthcheck);
                break;
            case OnBuildInstruction onBuild:
                json.WriteString("triggerText", onBuild.TriggerText);
                json.WritePropertyName("trigger");
                Write(onBuild.Trigger);
                break;
            default:
                WriteOnlyMember(instruction);
                break;
        }
    }

    private void WriteOnlyMember(Instruction instruction)
    {
        switch (instruction)
        {
            case WorkdirInstruction workdir:
                Write("path", workdir.Path);
                break;
            case UserInstruction user:
                Write("user", user.User);
                break;
            case ExposeInstruction expose:
                WriteWords("ports", expose.Ports);
                break;
            case VolumeInstruction volume:
                WriteWords("paths", volume.Paths);
                break;
            case StopSignalInstruction stop:
                Write("signal", stop.Signal);
                break;
            case MaintainerInstruction maintainer:
                json.WriteString("name", maintainer.Name);
                break;
            default:
                throw new UnreachableException($"No JSON for {instruction.GetType().Name}.");
        }
    }
}
