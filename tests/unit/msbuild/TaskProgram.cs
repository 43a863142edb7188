using SharpBuild.Testing;

namespace SharpBuild.UnitTests.MSBuild;

/// <summary>A program in the place of sharpbuild: it writes down what it was told and then does as a script says.</summary>
internal sealed class TaskProgram : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    /// <summary>Makes it.</summary>
    /// <param name="script">The lines of a shell.</param>
    public TaskProgram(string script)
    {
        Directory.CreateDirectory(directory["results"]);
        Path = directory.Write("sharpbuild", $"#!/bin/sh\nprintf '%s\\0' \"$@\" > '{directory["words"]}'\nprintf %s \"$DOCKER_AUTH_CONFIG\" > '{directory["logins"]}'\n{script}\n");
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The program.</summary>
    public string Path { get; }

    /// <summary>Where the results go.</summary>
    public string Results => directory["results"];

    /// <summary>The project's directory.</summary>
    public string Project => directory.Path;

    /// <summary>The words that it was told.</summary>
    public string[] Words => File.ReadAllText(directory["words"]).Split('\0')[..^1];

    /// <summary>What the variable of logins held.</summary>
    public string Logins => File.ReadAllText(directory["logins"]);

    /// <summary>Writes a file of the project.</summary>
    public string Write(string path, string text) => directory.Write(path, text);

    public void Dispose() => directory.Dispose();
}
