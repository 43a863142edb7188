using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

namespace SharpBuild.Parser.Syntax;

internal sealed partial class SyntaxWriter
{
    private void WriteCopy(CopyInstruction copy)
    {
        Write("from", copy.From);
        Write("chown", copy.Chown);
        Write("chmod", copy.Chmod);
        WriteTrue("link", copy.IsLink);
        WriteTrue("parents", copy.KeepsParents);
        WriteWords("excludes", copy.Excludes);
        WriteList("sources", copy.Sources, WriteSource);
        Write("destination", copy.Destination);
    }

    private void WriteAdd(AddInstruction add)
    {
        Write("chown", add.Chown);
        Write("chmod", add.Chmod);
        Write("checksum", add.Checksum);
        WriteTrue("link", add.IsLink);
        WriteSwitch("keepGitDir", add.KeepsGitDirectory);
        WriteSwitch("unpack", add.Unpacks);
        WriteWords("excludes", add.Excludes);
        WriteList("sources", add.Sources, WriteSource);
        Write("destination", add.Destination);
    }

    private void WriteHealthcheck(HealthcheckInstruction healthcheck)
    {
        WriteDuration("interval", healthcheck.Interval);
        WriteDuration("timeout", healthcheck.Timeout);
        WriteDuration("startPeriod", healthcheck.StartPeriod);
        WriteDuration("startInterval", healthcheck.StartInterval);
        if (healthcheck.Retries is { } retries)
        {
            json.WriteNumber("retries", retries);
        }

        if (healthcheck.Command is { } command)
        {
            Write(command);
        }
    }

    private void WriteSource(CopySource copySource)
    {
        switch (copySource)
        {
            case PathSource path:
                WriteWord(path.Path);
                break;
            case HeredocSource heredoc:
                WriteHeredoc(heredoc.Heredoc);
                break;
            default:
                throw new UnreachableException($"No JSON for {copySource.GetType().Name}.");
        }
    }

    private void Write(CommandLine command)
    {
        switch (command)
        {
            case ExecForm exec:
                json.WriteStartArray("exec");
                foreach (var argument in exec.Arguments)
                {
                    json.WriteStringValue(argument);
                }

                json.WriteEndArray();
                break;
            case ShellForm shell:
                json.WriteString("shell", shell.Text);
                WriteList("heredocs", shell.Heredocs, WriteHeredoc);
                break;
            default:
                throw new UnreachableException($"No JSON for {command.GetType().Name}.");
        }
    }

    private void WriteHeredoc(Heredoc heredoc)
    {
        json.WriteStartObject();
        json.WriteString("heredoc", heredoc.Name);
        WriteTrue("expand", heredoc.Expand);
        WriteTrue("chomp", heredoc.Chomp);
        if (heredoc.FileDescriptor != 0)
        {
            json.WriteNumber("fileDescriptor", heredoc.FileDescriptor);
        }

        json.WriteString("content", heredoc.Content);
        WriteSpan(heredoc.Span);
        json.WriteEndObject();
    }

    private void WritePair(Word key, Word? value, string keyName = "key", string valueName = "value")
    {
        json.WriteStartObject();
        Write(keyName, key);
        Write(valueName, value);
        json.WriteEndObject();
    }

    private void WriteList<T>(string name, ImmutableArray<T> items, Action<T> write)
    {
        if (items.IsEmpty)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var item in items)
        {
            write(item);
        }

        json.WriteEndArray();
    }

    private void WriteWords(string name, ImmutableArray<Word> words) => WriteList(name, words, WriteWord);

    private void Write(string name, Word? word)
    {
        if (word is not null)
        {
            json.WritePropertyName(name);
            WriteWord(word);
        }
    }

    private void WriteWord(Word word)
    {
        json.WriteStartObject();
        json.WriteString("text", word.Text);
        WriteSpan(word.Span);
        json.WriteEndObject();
    }

    private void WriteStrings(string name, ImmutableArray<string> values) => WriteList(name, values, json.WriteStringValue);

    private void WriteTrue(string name, bool value)
    {
        if (value)
        {
            json.WriteBoolean(name, true);
        }
    }

    private void WriteSwitch(string name, bool? value)
    {
        if (value is { } given)
        {
            json.WriteBoolean(name, given);
        }
    }

    private void WriteDuration(string name, TimeSpan? duration)
    {
        if (duration is { } value)
        {
            json.WriteString(name, string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds}s"));
        }
    }

    private void WriteSpan(SourceSpan span)
    {
        var (start, end) = (source.GetPosition(span.Start), source.GetPosition(span.End));
        json.WriteString("span", string.Create(CultureInfo.InvariantCulture, $"{start.Line}:{start.Column}-{end.Line}:{end.Column}"));
    }
}
