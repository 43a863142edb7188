using System.Collections;
using Microsoft.Build.Framework;

namespace SharpBuild.UnitTests.MSBuild;

/// <summary>What a task needs of MSBuild: somebody who takes what it logs, as one line each.</summary>
internal sealed class FakeBuildEngine : IBuildEngine3
{
    /// <summary>Errors and warnings as MSBuild prints them.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Messages behind their importance.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>How often the node was given away and taken back.</summary>
    public int Yields { get; private set; }

    public bool IsRunningMultipleNodes => false;

    public bool ContinueOnError => false;

    public int LineNumberOfTaskNode => 0;

    public int ColumnNumberOfTaskNode => 0;

    public string ProjectFileOfTaskNode => "/p/Web.csproj";

    public void LogErrorEvent(BuildErrorEventArgs e) =>
        Lines.Add($"{Place(e.File, e.LineNumber, e.ColumnNumber, e.EndLineNumber, e.EndColumnNumber)}error {e.Code}: {e.Message}");

    public void LogWarningEvent(BuildWarningEventArgs e) =>
        Lines.Add($"{Place(e.File, e.LineNumber, e.ColumnNumber, e.EndLineNumber, e.EndColumnNumber)}warning {e.Code}: {e.Message}");

    public void LogMessageEvent(BuildMessageEventArgs e)
    {
        lock (Messages)
        {
            Messages.Add($"{e.Importance}: {e.Message}");
        }
    }

    public void LogCustomEvent(CustomBuildEventArgs e) => throw new NotSupportedException();

    public bool BuildProjectFile(string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs) => throw new NotSupportedException();

    public bool BuildProjectFile(string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs, string toolsVersion) =>
        throw new NotSupportedException();

    public bool BuildProjectFilesInParallel(
        string[] projectFileNames, string[] targetNames, IDictionary[] globalProperties, IDictionary[] targetOutputsPerProject, string[] toolsVersion, bool useResultsCache, bool unloadProjectsOnCompletion) =>
        throw new NotSupportedException();

    public BuildEngineResult BuildProjectFilesInParallel(
        string[] projectFileNames, string[] targetNames, IDictionary[] globalProperties, IList<string>[] removeGlobalProperties, string[] toolsVersion, bool returnTargetOutputs) =>
        throw new NotSupportedException();

    public void Yield() => Yields++;

    public void Reacquire() => Yields--;

    private static string Place(string? file, int line, int column, int endLine, int endColumn) =>
        file is null or "" ? "" : line == 0 ? $"{file}: " : $"{file}({line},{column},{endLine},{endColumn}): ";
}
